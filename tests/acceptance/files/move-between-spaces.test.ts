import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  checkMove,
  createFolder,
  createShare,
  getFile,
  searchFiles,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import { chargesOf, grant, makeTeam } from "../../support/people/spaces.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

let server: TestServer;
let owner: Person;
let other: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
});
afterAll(() => server.close());
const pool = () => server.services.pool;
const folder = async (person: Person, name: string, parentId?: string) =>
  (await person.call(createFolder, { body: { name, ...(parentId ? { parentId } : {}) } })).id;
const move = (person: Person, id: string, parentId: string | null, more: object = {}) =>
  person.fetch(`/api/v1/files/${id}`, {
    ...{ method: "PATCH", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ parentId, ...more }),
  });
const problem = async (answer: Response) => ({ status: answer.status, ...((await answer.json()) as { code: string }) });

/** A folder with a file of two versions, a folder with a file, and something in the trash. */
async function makeTree(person: Person, parentId?: string) {
  const word = `tree${randomUUID().slice(0, 8)}`;
  const id = await folder(person, word, parentId);
  await person.put("file.txt", "former", { parentId: id });
  const fileId = (await person.put("file.txt", "the current version", { parentId: id, onConflict: "replace" })).id;
  const insideId = await folder(person, "inside", id);
  await person.put(`deep ${word}.txt`, "deep", { parentId: insideId });
  const gone = await person.put("gone.txt", "in the trash", { parentId: id });
  await person.fetch(`/api/v1/files/${gone.id}`, { method: "DELETE" });
  return { id, fileId, insideId, word, entries: 5, bytes: 6 + 19 + 4 + 12 };
}

async function expectExact(...spaces: string[]) {
  for (const { charged, holds, strays } of await chargesOf(pool(), ...spaces)) {
    expect(charged).toEqual(holds);
    expect(strays).toBe(0);
  }
}

test("a folder moves to a team and back, with versions, trash, words, charges and who brought it", async () => {
  const team = await makeTeam(pool(), owner);
  const tree = await makeTree(owner);
  const [before] = await chargesOf(pool(), owner.id);
  expect((await move(owner, tree.id, team)).status).toBe(200);
  const [mine, theirs] = await chargesOf(pool(), owner.id, team);
  expect(theirs?.charged).toEqual({ bytes: tree.bytes, entries: tree.entries, folders: 2 });
  expect(mine?.charged.bytes).toBe((before?.charged.bytes as number) - tree.bytes);
  await expectExact(owner.id, team);
  expect(await owner.call(getFile, { params: { id: tree.fileId } })).toMatchObject({ spaceId: team, userId: owner.id });
  expect((await owner.read(tree.fileId)).toString()).toBe("the current version");
  const versions = (await (await owner.fetch(`/api/v1/files/${tree.fileId}/versions`)).json()) as { items: [] };
  expect(versions.items).toHaveLength(2);
  // Another member of the team finds it.
  await grant(pool(), other, team, "editor");
  const found = await other.call(searchFiles, { query: { q: tree.word } });
  expect(found.items).toHaveLength(2);

  // The member takes it home: it is theirs then, and was brought by whoever brought it.
  expect((await move(other, tree.id, null)).status).toBe(200);
  expect(await other.call(getFile, { params: { id: tree.fileId } })).toMatchObject({
    spaceId: other.id,
    userId: owner.id,
  });
  expect((await owner.fetch(`/api/v1/files/${tree.fileId}`)).status).toBe(404);
  await expectExact(owner.id, other.id, team);
  await grant(pool(), owner, other.id, "editor");
  expect((await move(owner, tree.id, null)).status).toBe(200);
  const { rows } = await pool().query("select user_id from holdfast.files where id = $1", [tree.fileId]);
  expect(rows).toEqual([{ user_id: null }]);
  await pool().query("delete from holdfast.grants where user_id = $1", [owner.id]);
});

test("it takes a role at both ends", async () => {
  const team = await makeTeam(pool(), owner);
  const { id } = await makeTree(owner, team);
  for (const [role, status] of [
    ["viewer", 403],
    ["uploader", 403],
    ["contributor", 403],
    ["editor", 200],
  ] as const) {
    await grant(pool(), other, team, role);
    expect((await move(other, id, null)).status).toBe(status);
  }
  for (const [role, status] of [
    ["viewer", 403],
    ["editor", 200],
  ] as const) {
    await grant(pool(), other, team, role);
    expect((await move(other, id, team)).status).toBe(status);
  }
  const stranger = await server.person();
  expect((await move(stranger, id, null)).status).toBe(404);
  expect((await move(stranger, (await stranger.put("mine.txt", "x")).id, team)).status).toBe(404);
});

test("a full quota is the target's, and says whose", async () => {
  const team = await makeTeam(pool(), owner, "Editorial office");
  await pool().query("update holdfast.spaces set quota_bytes = 40 where id = $1", [team]);
  const tree = await makeTree(owner);
  const refused = await problem(await move(owner, tree.id, team));
  expect(refused).toMatchObject({
    status: 507,
    code: "quota_exceeded",
    detail: expect.stringContaining("Editorial office"),
  });
  await pool().query("update holdfast.spaces set quota_bytes = 41 where id = $1", [team]);
  expect((await move(owner, tree.id, team)).status).toBe(200);
  await expectExact(owner.id, team);
});

test("the check names the links and grants that end, and moves nothing", async () => {
  const team = await makeTeam(pool(), null, "Team of the check");
  await grant(pool(), owner, team, "contributor");
  const tree = await makeTree(owner);
  const link = await owner.call(createShare, {
    body: { fileId: tree.fileId, linkType: "permanent", label: "for the printer" },
  });
  await grant(pool(), other, tree.insideId, "viewer");
  const checked = await owner.call(checkMove, { params: { id: tree.id }, body: { parentId: team } });
  expect(checked).toMatchObject({
    ...{ betweenSpaces: true, entries: tree.entries, bytes: tree.bytes, linksInAll: 1, grantsInAll: 1 },
    links: [{ id: link.id, label: "for the printer", fileName: "file.txt" }],
    grants: [{ fileName: "inside", role: "viewer" }],
  });
  expect(await owner.call(getFile, { params: { id: tree.id } })).toMatchObject({ spaceId: owner.id });
  const url = `${server.url}/api/v1/public/shares/${link.token}/content`;
  expect((await fetch(url)).status).toBe(200);
  expect(await problem(await move(owner, tree.id, team, { keepGrants: true }))).toMatchObject({ code: "forbidden" });
  // Where its maker manages the target, the link goes on.
  await grant(pool(), owner, team, "manager");
  expect(await owner.call(checkMove, { params: { id: tree.id }, body: { parentId: team } })).toMatchObject({
    linksInAll: 0,
  });
  await grant(pool(), owner, team, "contributor");
  expect((await move(owner, tree.id, team)).status).toBe(200);
  expect((await fetch(url)).status).toBe(404);
  expect((await other.fetch(`/api/v1/files/${tree.insideId}`)).status).toBe(404);
});

test("grants stay where the target's manager wants it", async () => {
  const team = await makeTeam(pool(), owner);
  const tree = await makeTree(owner);
  await grant(pool(), other, tree.insideId, "viewer");
  await owner.call(updateFile, { params: { id: tree.id }, body: { parentId: team, keepGrants: true } });
  expect((await other.fetch(`/api/v1/files/${tree.insideId}`)).status).toBe(200);
  const { rows } = await pool().query("select space_id from holdfast.grants where file_id = $1", [tree.insideId]);
  expect(rows).toEqual([{ space_id: team }]);
});

test("an upload that is under way ends where its folder is, and its reservation goes along", async () => {
  const team = await makeTeam(pool(), owner);
  const tree = await makeTree(owner);
  const headers = {
    "upload-length": 5,
    "upload-metadata": metadataOf({ filename: "sent.txt", parentId: tree.insideId }),
  };
  const begun = await tus(owner, "POST", "/api/v1/uploads", { headers });
  await pool().query("update holdfast.spaces set quota_bytes = $2 where id = $1", [team, tree.bytes + 4]);
  expect(await problem(await move(owner, tree.id, team))).toMatchObject({ code: "quota_exceeded" });
  await pool().query("update holdfast.spaces set quota_bytes = $2 where id = $1", [team, tree.bytes + 5]);
  expect((await move(owner, tree.id, team)).status).toBe(200);
  const patch = { headers: { "upload-offset": 0 }, body: Buffer.from("bytes") };
  expect((await tus(owner, "PATCH", begun.headers.get("location") as string, patch)).status).toBe(204);
  await expectExact(owner.id, team);
});

test("many at once, each answered for itself; a tree of too many is refused", async () => {
  const team = await makeTeam(pool(), owner);
  const [one, two] = [await makeTree(owner), await makeTree(owner)];
  const stranger = await server.person();
  const foreign = (await stranger.put("foreign.txt", "x")).id;
  const bulk = await owner.fetch("/api/v1/files/bulk", {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ action: "move", ids: [one.id, two.id, foreign], parentId: team }),
  });
  expect(((await bulk.json()) as { items: { ok: boolean }[] }).items.map(({ ok }) => ok)).toEqual([true, true, false]);
  await expectExact(owner.id, team);
  const large = await folder(owner, randomUUID());
  await pool().query(
    `with made as (insert into holdfast.files (id, space_id, parent_id, name, kind)
       select holdfast.uuid7(), $2, $1, 'f' || n, 'folder' from generate_series(1, 10000) n)
     insert into holdfast.usage_entries (space_id, bytes, entries, folders) values ($2, 0, 10000, 10000)`,
    [large, owner.id],
  );
  expect(await problem(await move(owner, large, team))).toMatchObject({ status: 413, code: "too_large" });
});

const rounds = Number(process.env.HOLDFAST_MOVE_ROUNDS ?? 8);

/** Uploads, new folders, other moves and deletions in the tree while it goes from one space to the other and back. */
test(`nothing is lost or charged twice while others write into it, in ${rounds} rounds`, {
  timeout: 600_000,
}, async () => {
  const team = await makeTeam(pool(), owner);
  await grant(pool(), other, team, "editor");
  await grant(pool(), other, owner.id, "editor");
  const tree = await makeTree(owner);
  const beside = await folder(owner, randomUUID());
  for (let round = 0; round < rounds; round++) {
    const target = round % 2 === 0 ? team : owner.id;
    const loose = await owner.put(`${randomUUID()}.txt`, "moved into it", { parentId: beside });
    const doomed = await owner.put(`${randomUUID()}.txt`, "doomed", { parentId: tree.insideId });
    const answers = await Promise.all([
      move(owner, tree.id, target),
      ...Array.from({ length: 4 }, () =>
        other.fetch(`/api/v1/files/content?name=${randomUUID()}&parentId=${tree.insideId}`, {
          method: "PUT",
          body: "sent",
        }),
      ),
      other.fetch(`/api/v1/files/content?name=file.txt&parentId=${tree.id}&onConflict=replace`, {
        method: "PUT",
        body: "again",
      }),
      other.fetch("/api/v1/folders", {
        ...{ method: "POST", headers: { "content-type": "application/json" } },
        body: JSON.stringify({ name: randomUUID(), parentId: tree.insideId }),
      }),
      move(owner, loose.id, tree.insideId),
      owner.fetch(`/api/v1/files/${doomed.id}?permanent=true`, { method: "DELETE" }),
    ]);
    expect(answers.filter(({ status }) => status >= 500).map(({ url }) => url)).toEqual([]);
    expect(answers[0]?.status).toBe(200);
    await expectExactSoon(owner.id, team);
  }
});

/** Deletion for good is a job's. */
async function expectExactSoon(...spaces: string[]) {
  for (let tries = 0; ; tries++) {
    try {
      return await expectExact(...spaces);
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
