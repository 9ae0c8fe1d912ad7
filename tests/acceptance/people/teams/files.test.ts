import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  copyFile,
  createFolder,
  createShare,
  emptyTrash,
  getFile,
  getSpace,
  getTrashTotals,
  listShares,
  listTrash,
  listVersions,
  me,
  restoreFile,
  restoreVersion,
  revokeShare,
  type Space,
  searchFiles,
  updateSpace,
} from "../../../../packages/contract/src/index.ts";
import type { Person } from "../../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../../support/server.ts";
import { metadataOf, tus } from "../../../support/uploads/tus.ts";
import { takeRole } from "../../matrix/roles/grants.ts";
import { newTeam } from "./support.ts";

/** Whatever is done with files is done in a team. */
let server: TestServer;
let ada: Person;
let bob: Person;
let viewer: Person;
let stranger: Person;
let team: Space;
beforeAll(async () => {
  server = await startServer({ SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" });
  [ada, bob, viewer, stranger] = (await Promise.all(
    ["ada", "bob", "viewer", "stranger"].map((name) => server.person(name)),
  )) as [Person, Person, Person, Person];
  team = await newTeam(server.services.pool, ada, [
    [bob, "editor"],
    [viewer, "viewer"],
  ]);
});
afterAll(() => server.close());

const used = async (id = team.id) => (await ada.call(getSpace, { params: { id } })).usedBytes;
const usedBy = async (person: Person) => (await person.call(me)).usedBytes;

test("folders, uploads, versions, copies and archives: charged to the team, whoever brings them", async () => {
  const before = await used();
  const folder = await bob.call(createFolder, { body: { name: "Minutes", parentId: team.id } });
  expect(folder).toMatchObject({ spaceId: team.id, parentId: null, userId: bob.id });
  const file = await bob.put("may.txt", "first", { parentId: folder.id });
  const again = await ada.put("may.txt", "second", { parentId: folder.id, onConflict: "replace" });
  expect(again.id).toBe(file.id);
  const { items } = await viewer.call(listVersions, { params: { id: file.id } });
  expect(items).toHaveLength(2);
  const versionId = items.at(-1)?.id as string;
  await bob.call(restoreVersion, { params: { id: file.id, versionId } });
  expect((await viewer.read(file.id)).toString()).toBe("first");
  const copy = await bob.call(copyFile, { params: { id: file.id }, body: { parentId: team.id } });
  expect(copy).toMatchObject({ spaceId: team.id });
  expect(await used()).toBe(before + "first".length + "second".length + 2 * "first".length);
  expect([await usedBy(ada), await usedBy(bob)]).toEqual([0, 0]);
  const detail = await viewer.call(getFile, { params: { id: file.id } });
  expect(detail).toMatchObject({ filePath: "/Minutes/may.txt", ancestors: [{ id: folder.id, name: "Minutes" }] });
  const root = { id: team.id, name: team.name, filePath: "/", ancestors: [], parentId: null, role: "viewer" };
  expect(await viewer.call(getFile, { params: { id: team.id } })).toMatchObject(root);
  for (const [person, id] of [[stranger, team.id] as const, [viewer, viewer.id] as const])
    await expect(person.call(getFile, { params: { id } })).rejects.toMatchObject({ status: 404 });
  for (const init of [{ method: "DELETE" }, { method: "GET" }])
    expect((await ada.fetch(`/api/v1/files/${team.id}${init.method === "GET" ? "/content" : ""}`, init)).status).toBe(
      404,
    );
  expect((await viewer.fetch(`/api/v1/archives?ids=${folder.id}`)).status).toBe(200);
  expect((await stranger.fetch(`/api/v1/archives?ids=${folder.id}`)).status).toBe(404);
  const found = await viewer.call(searchFiles, { query: { q: "may" } });
  expect(found.items.map(({ id }) => id)).toContain(file.id);
});

test("a tus upload, which ends with the role", async () => {
  const name = randomUUID();
  const headers = { "upload-length": 10, "upload-metadata": metadataOf({ filename: name, parentId: team.id }) };
  const created = await tus(bob, "POST", "/api/v1/uploads", { headers, body: Buffer.from("01234") });
  const path = new URL(created.headers.get("location") as string, server.url).pathname;
  const rest = await tus(bob, "PATCH", path, { headers: { "upload-offset": 5 }, body: Buffer.from("56789") });
  expect(rest.status).toBe(204);
  const [found] = (await ada.call(searchFiles, { query: { q: name } })).items;
  expect(found).toMatchObject({ spaceId: team.id, fileSize: 10, userId: bob.id });
  const refused = await tus(viewer, "POST", "/api/v1/uploads", { headers });
  expect(refused.status).toBe(403);
  const leaving = await server.person();
  const other = await newTeam(server.services.pool, ada, [[leaving, "contributor"]]);
  const metadata = metadataOf({ filename: name, parentId: other.id });
  const begun = await tus(leaving, "POST", "/api/v1/uploads", {
    headers: { "upload-length": 5, "upload-metadata": metadata },
  });
  await takeRole(server.services.pool, leaving, other.id);
  const at = new URL(begun.headers.get("location") as string, server.url).pathname;
  const last = await tus(leaving, "PATCH", at, { headers: { "upload-offset": 0 }, body: Buffer.from("bytes") });
  expect(last.status).toBe(404);
});

test("a full quota is said to be the team's, and a hundred uploads of ten members at a time never pass it", async () => {
  const members = [ada, bob, ...(await Promise.all(Array.from({ length: 8 }, () => server.person())))];
  const full = await newTeam(
    server.services.pool,
    ada,
    members.slice(1).map((person) => [person, "contributor"] as const),
    "The full ones",
  );
  const quotaBytes = 100_000;
  await server.admin.call(updateSpace, { params: { id: full.id }, body: { quotaBytes } });
  const bytes = randomBytes(3000);
  const uploads = await Promise.allSettled(
    Array.from({ length: 100 }, (_, index) =>
      (members[index % 10] as Person).put(`${index}.bin`, bytes, { parentId: full.id }),
    ),
  );
  expect(uploads.filter(({ status }) => status === "fulfilled")).toHaveLength(33);
  const refusals = uploads.flatMap((upload) => (upload.status === "rejected" ? [String(upload.reason)] : []));
  for (const refusal of refusals) expect(refusal).toMatch(/507 .*of the team \\"The full ones\\"/);
  expect(await used(full.id)).toBe(99_000);
  const { rows } = await server.services.pool.query(
    "select sum(file_size)::int as bytes from holdfast.files where space_id = $1",
    [full.id],
  );
  expect(rows[0].bytes).toBe(99_000);
  // What they have of their own is not touched by it.
  await bob.put("own.bin", bytes);
});

describe("the trash of a team", () => {
  test("says who threw what away and from where; editors bring it back, managers empty it", async () => {
    const folder = await ada.call(createFolder, { body: { name: randomUUID(), parentId: team.id } });
    const file = await ada.put("old.txt", "old", { parentId: folder.id });
    const own = await bob.put("bob's own.txt", "own");
    for (const id of [file.id, own.id]) await bob.fetch(`/api/v1/files/${id}`, { method: "DELETE" });
    const query = { spaceId: team.id };
    for (const person of [ada, bob]) {
      const { items } = await person.call(listTrash, { query });
      expect(items).toMatchObject([
        {
          ...{ id: file.id, originalPath: `/${folder.name}/old.txt`, trashedBy: { id: bob.id, name: bob.email } },
        },
      ]);
    }
    expect((await bob.call(listTrash, {})).items.map(({ id }) => id)).toEqual([own.id]);
    await expect(viewer.call(listTrash, { query })).rejects.toMatchObject({ status: 403 });
    await expect(stranger.call(listTrash, { query })).rejects.toMatchObject({ status: 404 });
    await expect(ada.call(listTrash, { query: { spaceId: folder.id } })).rejects.toMatchObject({ status: 404 });
    await bob.call(restoreFile, { params: { id: file.id }, body: {} });
    await ada.fetch(`/api/v1/files/${file.id}`, { method: "DELETE" });
    expect(await ada.call(getTrashTotals, { query })).toMatchObject({ files: 1, bytes: 3 });
    for (const refused of [bob, viewer]) {
      await expect(refused.call(emptyTrash, { query })).rejects.toMatchObject({ status: 403 });
      await expect(refused.call(getTrashTotals, { query })).rejects.toMatchObject({ status: 403 });
    }
    await expect(stranger.call(emptyTrash, { query })).rejects.toMatchObject({ status: 404 });
    const before = await used();
    await ada.call(emptyTrash, { query });
    expect((await ada.call(listTrash, { query })).items).toEqual([]);
    expect((await bob.call(listTrash, {})).items).toHaveLength(1);
    await eventually(async () => (await used()) === before - 3, 20_000);
  });

  test("shows an editor nothing out of a folder that is closed to them", async () => {
    const closed = await ada.call(createFolder, { body: { name: randomUUID(), parentId: team.id } });
    const file = await ada.put("closed.txt", "x", { parentId: closed.id });
    await server.services.pool.query("update holdfast.files set inherits = false where id = $1", [closed.id]);
    await ada.fetch(`/api/v1/files/${file.id}`, { method: "DELETE" });
    const seen = async (person: Person) =>
      (await person.call(listTrash, { query: { spaceId: team.id } })).items.map(({ id }) => id);
    expect(await seen(ada)).toContain(file.id);
    expect(await seen(bob)).not.toContain(file.id);
  });
});

test("links: made by managers, listed for the team with who made them, and revoked by any of its managers", async () => {
  const second = await server.person();
  const other = await newTeam(server.services.pool, ada, [
    [second, "manager"],
    [bob, "editor"],
  ]);
  const { id: fileId } = await ada.put("public.txt", "for all", { parentId: other.id });
  const body = { fileId, linkType: "permanent" as const };
  await expect(bob.call(createShare, { body })).rejects.toMatchObject({ status: 403 });
  const link = await second.call(createShare, { body });
  const query = { spaceId: other.id };
  expect((await ada.call(listShares, { query })).items).toMatchObject([
    { id: link.id, state: "live", filePath: "/public.txt", madeBy: { id: second.id, name: second.email } },
  ]);
  expect((await ada.call(listShares, {})).items).toEqual([]);
  await expect(bob.call(listShares, { query })).rejects.toMatchObject({ status: 403 });
  await expect(stranger.call(listShares, { query })).rejects.toMatchObject({ status: 404 });
  const params = { id: link.id };
  for (const person of [bob, stranger])
    await expect(person.call(revokeShare, { params })).rejects.toMatchObject({ status: 404 });
  await ada.call(revokeShare, { params });
  expect((await fetch(`${server.url}/api/v1/public/shares/${link.token}/content`)).status).not.toBe(200);
});
