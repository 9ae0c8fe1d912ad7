import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccessToken, createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { type Person, testPassword } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let owner: Person;
let other: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, other] = [await server.person("owner"), await server.person("other")];
});
afterAll(() => server.close());

interface Row {
  log: string;
  actor_id: string | null;
  via: string;
  action: string;
  outcome: string;
  target_id: string | null;
  target_name: string | null;
  ip: string | null;
  bytes: number | null;
  times: number;
  request_id: string | null;
  detail: Record<string, unknown> | null;
}

async function entries(where: string, ...values: unknown[]): Promise<Row[]> {
  // What has gone out is noted a moment after the client has it.
  await sleep(50);
  await server.services.accessLog.flush();
  const { rows } = await server.services.pool.query<Row>(
    `select * from holdfast.log_entries where ${where} order by id`,
    values,
  );
  return rows;
}

test("a change says who, as what, what, its name, from where and how many bytes", async () => {
  const file = await owner.put("report.pdf", "four");
  const [entry] = await entries("target_id = $1", file.id);
  expect(entry).toMatchObject({
    ...{ log: "changes", actor_id: owner.id, via: "session", action: "file.upload", outcome: "ok" },
    ...{ target_name: "report.pdf", ip: "127.0.0.1", bytes: 4, request_id: expect.any(String) },
  });
  await owner.fetch(`/api/v1/files/${file.id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "renamed.pdf" }),
  });
  const [, renamed] = await entries("target_id = $1", file.id);
  expect(renamed).toMatchObject({ action: "file.rename", target_name: "renamed.pdf" });
  const folder = await owner.call(createFolder, { body: { name: "a folder" } });
  expect(await entries("target_id = $1", folder.id)).toMatchObject([
    { action: "folder.create", target_name: "a folder" },
  ]);
  const share = await owner.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  expect(await entries("target_id = $1", share.id)).toMatchObject([
    { action: "share.create", target_name: "renamed.pdf" },
  ]);
});

test("ranges of one download by one client are one entry, with their bytes together", async () => {
  const file = await owner.put("film.mp4", Buffer.alloc(1000, 7));
  for (const range of ["bytes=0-99", "bytes=100-399", "bytes=400-999"]) {
    await (await owner.fetch(`/api/v1/files/${file.id}/content`, { headers: { range } })).arrayBuffer();
  }
  const reads = () => entries("target_id = $1 and log = 'reads'", file.id);
  expect(await reads()).toMatchObject([
    { action: "file.download", via: "session", target_name: "film.mp4", bytes: 1000, times: 3, outcome: "ok" },
  ]);
  // What comes after it was written is added to the same row.
  await owner.read(file.id);
  expect(await reads()).toMatchObject([{ bytes: 2000, times: 4 }]);
  // By another way in, it is an entry of its own.
  const { token } = await owner.call(createAccessToken, { body: { name: "sync", scopes: ["files:read"] } });
  const path = `${server.url}/api/v1/files/${file.id}/content`;
  await (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).arrayBuffer();
  const basic = Buffer.from(`${owner.email}:${token}`).toString("base64");
  await (await fetch(path, { headers: { authorization: `Basic ${basic}` } })).arrayBuffer();
  expect((await reads()).map(({ via }) => via)).toEqual(["session", "token", "app-password"]);
});

test("links: looked at, wrong password, download, archive, and one that leads nowhere", async () => {
  const folder = await owner.call(createFolder, { body: { name: "shared" } });
  const inside = await owner.put("inside.txt", "12345", { parentId: folder.id });
  const body = { fileId: folder.id, linkType: "permanent" as const, password: "secret" };
  const share = await owner.call(createShare, { body });
  const base = `${server.url}/api/v1/public/shares/${share.token}`;
  const ask = async (path: string, headers: Record<string, string> = { "share-password": "secret" }) =>
    (await fetch(base + path, { headers })).arrayBuffer();
  await ask("");
  await ask("", { "share-password": "wrong" });
  await ask(`/files/${inside.id}/content`);
  await ask("/archive");
  await fetch(`${server.url}/api/v1/public/shares/nothing`);
  const found = await entries("action like 'link.%'");
  const link = { actor_id: null, via: "link", ip: "127.0.0.1" };
  expect(found).toMatchObject([
    { ...link, action: "link.view", outcome: "ok", target_name: "shared" },
    { ...link, action: "link.unlock", outcome: "refused", target_name: "shared" },
    { ...link, action: "link.download", target_id: inside.id, target_name: "inside.txt", bytes: 5 },
    { ...link, action: "link.archive", target_id: folder.id, target_name: "shared" },
    { ...link, action: "link.refused", outcome: "refused", target_id: null },
  ]);
  expect(found[2]?.detail).toMatchObject({ linkId: share.id });
});

test("sign-ins and their refusals, named only where there is such an account", async () => {
  const login = (email: string, password: string) =>
    fetch(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "a test" },
      body: JSON.stringify({ email, password, transport: "bearer" }),
    });
  await login(other.email, testPassword);
  await login(other.email, "wrong");
  await login(other.email, "wrong");
  await login("my password by mistake", "x");
  await login("nobody@example.org", "wrong");
  const found = await entries("action = 'session.sign-in' and user_agent = 'a test'");
  expect(found).toMatchObject([
    { outcome: "ok", actor_id: other.id, target_id: other.id, target_name: other.email, times: 1 },
    { outcome: "refused", actor_id: null, target_id: other.id, target_name: other.email, times: 2 },
    { outcome: "refused", actor_id: null, target_id: null, target_name: null },
  ]);
  expect(found[1]?.detail).toEqual({ method: "password", reason: "invalid_credentials" });
});

test("what is another's and is refused, and nothing of what is not there", async () => {
  const file = await owner.put("private.txt", "x");
  await other.fetch(`/api/v1/files/${file.id}/content`);
  await other.fetch("/api/v1/files/00000000-0000-7000-8000-000000000000");
  await other.fetch("/api/v1/admin/users");
  await owner.fetch(`/api/v1/files/${file.id}`, { method: "DELETE" });
  await owner.fetch(`/api/v1/files/${file.id}/content`);
  expect(await entries("action = 'access.refused' and actor_id in ($1, $2)", owner.id, other.id)).toMatchObject([
    { actor_id: other.id, target_id: file.id, target_name: "private.txt", outcome: "refused", via: "session" },
    { actor_id: other.id, target_id: null, detail: { operation: "adminListUsers", code: "forbidden" } },
  ]);
});

test("a flood of strangers names some of itself and is counted for the rest", async () => {
  const { accessLog } = server.services;
  const stranger = (n: number) => ({
    ...({ action: "link.refused", outcome: "refused", actorId: null, via: "link", userAgent: `agent ${n}` } as const),
    ...{ ip: `198.51.${n >> 8}.${n & 255}`, targetId: null, targetName: null, requestId: null },
  });
  for (let n = 0; n < 5000; n++) accessLog.record(stranger(n));
  const found = await entries("action = 'link.refused' and (ip << '198.51.0.0/16' or ip is null)");
  expect(found.length).toBeLessThanOrEqual(501);
  expect(found.reduce((sum, { times }) => sum + times, 0)).toBe(5000);
});

test("what the database does not take now is written once it does", async () => {
  const { accessLog, relaxed } = server.services;
  const file = await owner.put("later.txt", "x");
  const query = relaxed.query;
  relaxed.query = () => Promise.reject(new Error("away"));
  await owner.read(file.id);
  await sleep(50);
  await accessLog.flush();
  relaxed.query = query;
  expect(await entries("target_id = $1 and log = 'reads'", file.id)).toMatchObject([{ times: 1, bytes: 1 }]);
});
