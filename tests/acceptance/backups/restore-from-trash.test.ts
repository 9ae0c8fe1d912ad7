import { afterAll, beforeAll, expect, test } from "vitest";
import { createShare, getFile, listFiles, listTrash, previewRestore } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backUp, plant, restoreAndWait } from "./support.ts";

let server: TestServer;
let ann: Person;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const share = async (fileId: string) => {
  const { token } = await ann.call(createShare, { body: { fileId, linkType: "permanent" } });
  return `${server.url}/api/v1/public/shares/${token}`;
};
const opens = async (link: string) => (await fetch(link)).status;
const trash = async (id: string | undefined) => {
  expect((await ann.fetch(`/api/v1/files/${id}`, { method: "DELETE" })).status).toBe(204);
};
const versionsOf = async (id: string | undefined) =>
  ((await (await ann.fetch(`/api/v1/files/${id}/versions`)).json()) as { items: unknown[] }).items.length;

test("a file in the trash comes back in place as itself: its link opens again", async () => {
  ann = await server.person("ann");
  const { ids } = await plant(ann, [
    ["docs/as it was.txt", Buffer.from("as it was")],
    ["docs/changed.txt", Buffer.from("first")],
  ]);
  const [asItWas, changed] = [ids.get("docs/as it was.txt"), ids.get("docs/changed.txt")] as [string, string];
  const backup = await backUp(ann);
  const folder = (await ann.call(listFiles, {})).items[0]?.id as string;
  await ann.put("changed.txt", "second", { parentId: folder, onConflict: "replace" });
  const links = [await share(asItWas), await share(changed)];
  for (const id of [asItWas, changed]) await trash(id);
  expect(await Promise.all(links.map(opens))).toEqual([404, 404]);

  const body = { mode: "in-place" as const };
  // What lies in the trash as it was is not written again.
  expect(await ann.call(previewRestore, { params: { id: backup.id }, body })).toMatchObject({ new: 2, bytes: 5 });
  expect(await restoreAndWait(ann, backup.id, body)).toMatchObject({ status: "completed", filesDone: 2 });
  expect(await Promise.all(links.map(opens))).toEqual([200, 200]);
  expect((await ann.call(listFiles, { query: { parentId: folder } })).items.map(({ id }) => id).sort()).toEqual(
    [asItWas, changed].sort(),
  );
  expect((await ann.read(changed)).toString()).toBe("first");
  expect([await versionsOf(asItWas), await versionsOf(changed)]).toEqual([1, 3]);
  expect((await ann.call(listTrash, {})).items).toEqual([]);
});

test("a folder in the trash comes back as itself, with what the backup has; the rest stays in the trash", async () => {
  ann = await server.person("ben");
  const { ids } = await plant(ann, [["album/inner/photo.jpg", Buffer.from("a photo")]]);
  const photo = ids.get("album/inner/photo.jpg") as string;
  const backup = await backUp(ann);
  const album = (await ann.call(listFiles, {})).items[0]?.id as string;
  const later = await ann.put("later.txt", "made after the backup", { parentId: album });
  const link = await share(album);
  await trash(album);
  expect(await opens(link)).toBe(404);

  expect(await restoreAndWait(ann, backup.id, { mode: "in-place" })).toMatchObject({ status: "completed" });
  expect(await opens(link)).toBe(200);
  expect((await ann.call(listFiles, {})).items.map(({ id }) => id)).toEqual([album]);
  const { items } = await ann.call(listFiles, { query: { parentId: album } });
  expect(items.map(({ name }) => name)).toEqual(["inner"]);
  // Where to look at what came back: the folder itself, or the one that has the file.
  for (const path of ["album/inner", "album/inner/photo.jpg"]) {
    const restored = await restoreAndWait(ann, backup.id, { mode: "in-place", paths: [path] });
    expect(restored.folderId).toBe(items[0]?.id);
  }
  expect((await ann.call(getFile, { params: { id: photo } })).trashedAt).toBeNull();
  expect((await ann.call(listTrash, {})).items.map(({ id }) => id)).toEqual([later.id]);
});

test("a name that is taken again, a new folder and what was deleted for good make no use of the trash", async () => {
  ann = await server.person("carl");
  const { ids } = await plant(ann, [
    ["taken.txt", Buffer.from("old")],
    ["purged.txt", Buffer.from("purged")],
  ]);
  const backup = await backUp(ann);
  await trash(ids.get("taken.txt"));
  const { id: taken } = await ann.put("taken.txt", "old");
  await ann.fetch(`/api/v1/files/${ids.get("purged.txt")}?permanent=true`, { method: "DELETE" });
  await restoreAndWait(ann, backup.id, { mode: "in-place" });
  const { items } = await ann.call(listFiles, {});
  expect(items.find(({ name }) => name === "taken.txt")?.id).toBe(taken);
  expect(items.map(({ name }) => name).sort()).toEqual(["purged.txt", "taken.txt"]);
  expect((await ann.call(listTrash, {})).items.map(({ id }) => id)).toEqual([ids.get("taken.txt")]);

  const into = await restoreAndWait(ann, backup.id, { mode: "new-folder" });
  const copies = await ann.call(listFiles, { query: { parentId: into.folderId as string } });
  expect(copies.items.map(({ id }) => id)).not.toContain(ids.get("taken.txt"));
  expect((await ann.call(listTrash, {})).items).toHaveLength(1);
});

test("a file has the folder's name now: the folder comes back beside it", async () => {
  ann = await server.person("dora");
  await plant(ann, [["notes/a.txt", Buffer.from("a")]]);
  const backup = await backUp(ann);
  await trash((await ann.call(listFiles, {})).items[0]?.id);
  await ann.put("notes", "a file");
  expect(await restoreAndWait(ann, backup.id, { mode: "in-place" })).toMatchObject({
    status: "completed",
    filesDone: 1,
  });
  expect((await ann.call(listFiles, {})).items.map(({ name }) => name)).toEqual(["notes (2)", "notes"]);
});
