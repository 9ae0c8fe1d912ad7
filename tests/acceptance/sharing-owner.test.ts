import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SharingServer, startSharingServer } from "./support/sharing-server.ts";

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

test("a link is answered as it is listed, with an address to copy, and is noted", async () => {
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
  expect(body).toEqual({ items: [made.body], nextCursor: null });
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
  await server.pool.query("update holdfast.files set trashed_at = now() where id = $1", [trashed]);
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

test("a change keeps what it does not name, and cannot promise less than was granted", async () => {
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

test("only its owner sees a link, revokes it, or reads who used it", async () => {
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

test("links and accesses are listed newest first, page by page", async () => {
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
  for (let i = 0; i < 5; i++) await fetch(`${server.url}/api/v1/public/shares/${body.items[0].token}`);
  await server.flush();
  expect(await pages(`/api/v1/shares/${made[0]}/accesses?`)).toHaveLength(5);
  expect((await server.as(ada, "GET", "/api/v1/shares?cursor=nonsense")).body.code).toBe("invalid_cursor");
});

test("the state says why a link does not work", async () => {
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
