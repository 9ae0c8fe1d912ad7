import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insideTest } from "../../support/any-server.ts";
import { type SharingServer, startSharingServer } from "../../support/sharing-server.ts";

let server: SharingServer;
let ada: string;
let bob: string;
beforeAll(async () => {
  server = await startSharingServer();
  [ada, bob] = [await server.addUser(), await server.addUser()];
});
afterAll(() => server?.close());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const create = (body: object, userId = ada) => server.as(userId, "POST", "/api/v1/shares", body);

insideTest("a link is answered as it is listed, with an address to copy, and is noted", async () => {
  const fileId = await server.addFile(ada, "report.pdf", randomBytes(10));
  const expiresAt = inAnHour();
  const made = await create({ fileId, linkType: "temporary", expiresAt, password: "x", maxDownloads: 3 });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    fileId,
    fileName: "report.pdf",
    fileKind: "file",
    linkType: "temporary",
    expiresAt,
    hasPassword: true,
    maxDownloads: 3,
    downloadCount: 0,
    state: "live",
    url: `https://files.example/s/${made.body.token}`,
  });
  const { body } = await server.as(ada, "GET", `/api/v1/shares?fileId=${fileId}`);
  expect(body).toEqual({
    items: [{ ...made.body, filePath: "/report.pdf", madeBy: { id: ada, name: expect.any(String) } }],
    nextCursor: null,
  });
  const { rows } = await server.pool.query("select * from holdfast.audit_log where target_id = $1", [made.body.id]);
  expect(rows).toMatchObject([{ action: "share.create", actor_id: ada, detail: { fileId } }]);
  const secrets = await server.pool.query("select password_hash from holdfast.sharing_links where id = $1", [
    made.body.id,
  ]);
  expect(secrets.rows[0].password_hash).toMatch(/^\$argon2id\$/);
});

test("what cannot be shared is refused: others' things, what is in the trash, the root", async () => {
  const trashed = await server.addFolder(ada, "trashed");
  const inside = await server.addFile(ada, "inside", randomBytes(3), { parentId: trashed });
  await server.as(ada, "DELETE", `/api/v1/files/${trashed}`);
  const bobs = await server.addFile(bob, "bobs", randomBytes(3));
  for (const fileId of [trashed, inside, bobs, ada, crypto.randomUUID()]) {
    expect((await create({ fileId, linkType: "permanent" })).status).toBe(404);
  }
});

test("limits that contradict each other are refused with a reason", async () => {
  const fileId = await server.addFile(ada, "limits", randomBytes(3));
  const past = new Date(Date.now() - 1000).toISOString();
  for (const body of [
    { linkType: "temporary" },
    { linkType: "temporary", expiresAt: past },
    { linkType: "permanent", expiresAt: inAnHour() },
  ]) {
    const answer = await create({ fileId, ...body });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid_expiry"]);
  }
  expect((await create({ fileId, linkType: "permanent", allowUpload: true })).body.code).toBe("not_a_folder");
  expect((await create({ fileId, linkType: "permanent", maxDownloads: 0 })).status).toBe(400);
});

insideTest("a change keeps what it does not name, and cannot promise less than was granted", async () => {
  const fileId = await server.addFile(ada, "changed", randomBytes(3));
  const { body: link } = await create({ fileId, linkType: "permanent", maxDownloads: 2, password: "x" });
  const change = (body: object, userId = ada) => server.as(userId, "PATCH", `/api/v1/shares/${link.id}`, body);
  const expiresAt = inAnHour();
  expect((await change({ linkType: "temporary" })).body.code).toBe("invalid_expiry");
  expect((await change({ linkType: "temporary", expiresAt })).body).toEqual({
    ...link,
    linkType: "temporary",
    expiresAt,
  });
  expect((await change({ linkType: "permanent" })).body).toEqual(link);
  expect((await change({ allowUpload: true })).body.code).toBe("not_a_folder");
  await server.pool.query("update holdfast.sharing_links set download_count = 2 where id = $1", [link.id]);
  const less = await change({ maxDownloads: 1 });
  expect([less.status, less.body.detail]).toEqual([400, expect.stringContaining("2 downloads have been granted")]);
  expect((await change({ maxDownloads: null })).body).toMatchObject({ maxDownloads: null, state: "live" });
  expect((await change({ maxDownloads: 9 }, bob)).status).toBe(404);
  await server.as(ada, "DELETE", `/api/v1/shares/${link.id}`);
  expect((await change({ maxDownloads: 9 })).status).toBe(404);
});

insideTest("only its owner sees a link, revokes it, or reads who used it", async () => {
  const fileId = await server.addFile(ada, "private", randomBytes(3));
  const { body: link } = await create({ fileId, linkType: "permanent" });
  expect((await server.as(bob, "GET", `/api/v1/shares?fileId=${fileId}`)).status).toBe(404);
  expect((await server.as(bob, "GET", "/api/v1/shares")).body.items).toEqual([]);
  expect((await server.as(bob, "GET", `/api/v1/shares/${link.id}/accesses`)).status).toBe(404);
  expect((await server.as(bob, "DELETE", `/api/v1/shares/${link.id}`)).status).toBe(404);
  expect((await fetch(`${server.url}/api/v1/shares`)).status).toBe(401);
  for (let i = 0; i < 2; i++) expect((await server.as(ada, "DELETE", `/api/v1/shares/${link.id}`)).status).toBe(204);
  const { rows } = await server.pool.query(
    "select action from holdfast.audit_log where target_id = $1 order by occurred_at",
    [link.id],
  );
  expect(rows.map((row) => row.action)).toEqual(["share.create", "share.revoke"]);
});

insideTest("links and accesses are listed newest first, page by page", async () => {
  const fileId = await server.addFile(ada, "pages", randomBytes(3));
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await create({ fileId, linkType: "permanent" })).body.id);
  const pages = async (path: string) => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: any = (await server.as(ada, "GET", `${path}limit=2${cursor && `&cursor=${cursor}`}`)).body;
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((item: { id: string }) => item.id));
      cursor = page.nextCursor;
    }
    return seen;
  };
  expect(await pages(`/api/v1/shares?fileId=${fileId}&`)).toEqual(made);
  const { body } = await server.as(ada, "GET", `/api/v1/shares?fileId=${fileId}&limit=1`);
  // What is alike within ten minutes is one row.
  for (let i = 0; i < 5; i++) {
    server.clock.aheadMs = i * 600_000;
    await fetch(`${server.url}/api/v1/public/shares/${body.items[0].token}`);
    await server.flush();
  }
  server.clock.aheadMs = 0;
  expect(await pages(`/api/v1/shares/${made[0]}/accesses?`)).toHaveLength(5);
  expect((await server.as(ada, "GET", "/api/v1/shares?cursor=nonsense")).body.code).toBe("invalid_cursor");
});

insideTest("the state says why a link does not work", async () => {
  const folder = await server.addFolder(ada, "states");
  const fileId = await server.addFile(ada, "state", randomBytes(3), { parentId: folder });
  const state = async () => (await server.as(ada, "GET", `/api/v1/shares?fileId=${fileId}`)).body.items[0].state;
  const { body } = await create({ fileId, linkType: "temporary", expiresAt: inAnHour(), maxDownloads: 1 });
  expect(await state()).toBe("live");
  await fetch(`${server.url}/api/v1/public/shares/${body.token}/content`);
  expect(await state()).toBe("exhausted");
  await server.pool.query("update holdfast.files set trashed_at = now() where id = $1", [folder]);
  expect(await state()).toBe("unavailable");
  server.clock.aheadMs = 3_700_000;
  expect(await state()).toBe("expired");
  server.clock.aheadMs = 0;
  await server.as(ada, "DELETE", `/api/v1/shares/${body.id}`);
  expect(await state()).toBe("revoked");
});

test("links on one file are told apart by their labels, and found by words, state and place", async () => {
  const cleo = await server.addUser();
  const folder = await server.addFolder(cleo, "Trip 100%");
  const fileId = await server.addFile(cleo, "Photo_1.jpg", randomBytes(3), { parentId: folder });
  const other = await server.addFile(cleo, "notes", randomBytes(3));
  const link = async (body: object) => (await create({ linkType: "permanent", ...body }, cleo)).body;
  const aunt = await link({ fileId, label: "  For Aunt Ida ", message: "Have a look" });
  const club = await link({ fileId, label: "Sailing club", maxDownloads: 1 });
  const plain = await link({ fileId: other, label: "" });
  expect([aunt.label, aunt.message, plain.label]).toEqual(["For Aunt Ida", "Have a look", null]);
  const found = async (query: string) => {
    const { body } = await server.as(cleo, "GET", `/api/v1/shares?${query}`);
    return body.items.map((item: { id: string }) => item.id);
  };
  expect(await found("q=ida")).toEqual([aunt.id]);
  expect(await found("q=photo%20club")).toEqual([club.id]);
  expect(await found("q=o_1")).toEqual([club.id, aunt.id]);
  expect(await found("q=%25")).toEqual([]);
  await fetch(`${server.url}/api/v1/public/shares/${club.token}/content`);
  expect(await found("state=exhausted")).toEqual([club.id]);
  expect(await found("state=active&limit=1")).toEqual([plain.id]);
  await server.as(cleo, "DELETE", `/api/v1/shares/${plain.id}`);
  expect(await found("state=active")).toEqual([aunt.id]);
  expect(await found("state=revoked")).toEqual([plain.id]);
  const { body } = await server.as(cleo, "GET", `/api/v1/shares?q=ida`);
  expect(body.items[0].filePath).toBe("/Trip 100%/Photo_1.jpg");
  const renamed = await server.as(cleo, "PATCH", `/api/v1/shares/${aunt.id}`, { label: null });
  expect([renamed.body.label, renamed.body.message]).toEqual([null, "Have a look"]);
});

test("recipients read the sender's message, and the label never", async () => {
  const folder = await server.addFolder(ada, "spoken");
  await server.addFile(ada, "a", randomBytes(3), { parentId: folder });
  await server.addFile(ada, "b", randomBytes(5), { parentId: await server.addFolder(ada, "inner", folder) });
  const { body } = await create({ fileId: folder, linkType: "permanent", label: "secret plan", message: "Hello" });
  const at = `${server.url}/api/v1/public/shares/${body.token}`;
  const told = await (await fetch(at)).text();
  expect(JSON.parse(told).message).toBe("Hello");
  expect(told).not.toContain("secret plan");
  expect(await (await fetch(`${at}/size`)).json()).toEqual({ files: 2, bytes: 8, complete: true });
});

insideTest("a file request notes who sent what", async () => {
  const folder = await server.addFolder(ada, "asked");
  const { body } = await create({ fileId: folder, linkType: "permanent", allowUpload: true });
  const query = new URLSearchParams({ name: "cv.txt", senderName: " Ann ", senderMessage: "As agreed" });
  const sent = await fetch(`${server.url}/api/v1/public/shares/${body.token}/files?${query}`, {
    method: "PUT",
    body: "x",
  });
  expect(sent.status).toBe(201);
  await server.flush();
  const log = await server.as(ada, "GET", `/api/v1/shares/${body.id}/accesses`);
  expect(log.body.items).toMatchObject([
    { action: "upload", fileName: "cv.txt", senderName: "Ann", senderMessage: "As agreed" },
  ]);
});
