import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { insideTest } from "../../support/any-server.ts";
import { cookiesOf, type SharingServer, startSharingServer } from "../../support/sharing-server.ts";

let server: SharingServer;
let ada: string;
const bytes = randomBytes(100_000);

beforeAll(async () => {
  server = await startSharingServer();
  ada = await server.addUser();
});
afterAll(() => server?.close());

async function share(fileId: string, limits: object = {}): Promise<{ id: string; at: string }> {
  const made = await server.as(ada, "POST", "/api/v1/shares", { fileId, linkType: "permanent", ...limits });
  expect(made.status).toBe(201);
  return { id: made.body.id, at: `${server.url}/api/v1/public/shares/${made.body.token}` };
}
const newShare = async (limits: object) =>
  share(await server.addFile(ada, randomBytes(8).toString("hex"), bytes), limits);
const stateOf = async (id: string) => {
  const { body } = await server.as(ada, "GET", "/api/v1/shares?limit=1000");
  return body.items.find((item: { id: string }) => item.id === id);
};

test("200 downloads at once of a link limited to 10 are 10, and each of them is whole", async () => {
  const { id, at } = await newShare({ maxDownloads: 10 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(`${at}/content`);
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    }),
  );
  const granted = answers.filter(({ status }) => status === 200);
  expect(granted).toHaveLength(10);
  for (const { body } of granted) expect(body.equals(bytes)).toBe(true);
  const refused = answers.filter(({ status }) => status === 410);
  expect(refused).toHaveLength(190);
  expect(JSON.parse(refused[0]!.body.toString()).code).toBe("share_exhausted");
  expect(await stateOf(id)).toMatchObject({ downloadCount: 10, state: "exhausted" });
});

test("an exhausted link still says what it led to, and that nothing is left", async () => {
  const { at } = await newShare({ maxDownloads: 1 });
  await (await fetch(`${at}/content`)).arrayBuffer();
  const info = await fetch(at);
  expect(info.status).toBe(200);
  expect(await info.json()).toMatchObject({ downloadsLeft: 0, file: { fileSize: bytes.length } });
  expect((await fetch(`${at}/content`, { method: "HEAD" })).status).toBe(410);
});

test("retries, ranges and HEAD of whoever was granted a download are not charged again", async () => {
  const { id, at } = await newShare({ maxDownloads: 1 });
  expect((await fetch(`${at}/content`, { method: "HEAD" })).status).toBe(200);
  const first = await fetch(`${at}/content`, { headers: { range: "bytes=0-9" } });
  expect(first.status).toBe(206);
  const cookie = cookiesOf(first);
  expect(first.headers.getSetCookie()[0]).toMatch(
    /^hf_recipient=[\w-]{22}; Max-Age=604800; Path=\/api\/v1\/public\/shares\/\w{43}; HttpOnly; (Secure; )?SameSite=Lax$/,
  );
  await first.arrayBuffer();
  for (const range of ["bytes=10-", "bytes=0-"]) {
    const more = await fetch(`${at}/content`, { headers: { range, cookie } });
    expect(more.status).toBe(206);
    await more.arrayBuffer();
  }
  const again = await fetch(`${at}/content`, { headers: { cookie } });
  expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
  expect((await fetch(`${at}/content`, { method: "HEAD", headers: { cookie } })).status).toBe(200);
  expect((await stateOf(id)).downloadCount).toBe(1);
  // A range of somebody else is a download of its own, and there is none left.
  expect((await fetch(`${at}/content`, { headers: { range: "bytes=0-9" } })).status).toBe(410);
});

test("the cookie of the link's information makes requests at once one download", async () => {
  const { id, at } = await newShare({ maxDownloads: 3 });
  const cookie = cookiesOf(await fetch(at));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      fetch(`${at}/content`, { headers: { cookie, range: `bytes=${i * 10}-${i * 10 + 9}` } }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([206]));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  expect((await stateOf(id)).downloadCount).toBe(1);
});

insideTest("a grant ends an hour after it was last used", async () => {
  const { id, at } = await newShare({ maxDownloads: 2 });
  const cookie = cookiesOf(await fetch(`${at}/content`));
  for (const [minutes, count] of [
    [59, 1],
    [118, 1],
    [179, 2],
  ] as const) {
    server.clock.aheadMs = minutes * 60_000;
    expect((await fetch(`${at}/content`, { headers: { cookie } })).status).toBe(200);
    expect((await stateOf(id)).downloadCount).toBe(count);
  }
  server.clock.aheadMs = 0;
});

test("what cannot be satisfied, or is known already, is not charged", async () => {
  const { id, at } = await newShare({ maxDownloads: 1 });
  const etag = (await fetch(`${at}/content`, { method: "HEAD" })).headers.get("etag") as string;
  expect((await fetch(`${at}/content`, { headers: { range: "bytes=100000-" } })).status).toBe(416);
  expect((await fetch(`${at}/content`, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await stateOf(id)).downloadCount).toBe(0);
});

insideTest("a download that fails before its first byte is given back", async () => {
  const content = randomBytes(1000);
  const { id, at } = await share(await server.addFile(ada, "broken", content), { maxDownloads: 1 });
  await server.pool.query(
    `update holdfast.content_segments set sha256 = s.sha256 from holdfast.segments s
     where content_id = (select content_id from holdfast.files where name = 'broken') and s.sha256 = sha256('no such bytes')`,
  );
  await server.pool.query("insert into holdfast.segments (sha256, size) values (sha256('no such bytes'), 1000)");
  await server.pool.query(
    `update holdfast.content_segments set sha256 = sha256('no such bytes')
     where content_id = (select content_id from holdfast.files where name = 'broken')`,
  );
  const failed = await fetch(`${at}/content`);
  expect([failed.status, ((await failed.json()) as { code: string }).code]).toEqual([500, "content_damaged"]);
  expect(await stateOf(id)).toMatchObject({ downloadCount: 0, state: "live" });
});

test("each file of a shared folder is a download of its own", async () => {
  const folder = await server.addFolder(ada, "limited");
  const files = await Promise.all(["a", "b"].map((name) => server.addFile(ada, name, bytes, { parentId: folder })));
  const { at } = await share(folder, { maxDownloads: 2 });
  const first = await fetch(`${at}/files/${files[0]}/content`);
  const cookie = cookiesOf(first);
  expect((await fetch(`${at}/files/${files[0]}/content`, { headers: { cookie } })).status).toBe(200);
  expect((await fetch(`${at}/files/${files[1]}/content`, { headers: { cookie } })).status).toBe(200);
  expect((await fetch(`${at}/files/${files[0]}/content`)).status).toBe(410);
  expect((await fetch(`${at}/files/${files[1]}/content`, { headers: { cookie } })).status).toBe(200);
});

function download(url: string): ClientRequest {
  const call = request(url);
  call.end();
  return call;
}

insideTest(
  "a long download that breaks off is logged as that, and can be resumed for an hour from then on",
  async () => {
    const large = randomBytes(40 * 1024 * 1024);
    const { id, at } = await share(await server.addFile(ada, "large", large), { maxDownloads: 2 });
    const call = download(`${at}/content`);
    const [response] = (await once(call, "response")) as [IncomingMessage];
    const cookie = (response.headers["set-cookie"] as string[])[0]?.split(";")[0] as string;
    await once(response, "data");
    server.clock.aheadMs = 3 * 3_600_000;
    response.destroy();
    await once(response, "close");
    const log = async () => {
      await server.flush();
      const { body } = await server.as(ada, "GET", `/api/v1/shares/${id}/accesses`);
      return body.items.map((item: { outcome: string }) => item.outcome);
    };
    await vi.waitFor(async () => expect(await log()).toEqual(["aborted"]), 10_000);
    const grants = async () =>
      (
        await server.pool.query(
          `select count(*)::int as all, count(completed_at)::int as completed, count(*) filter (where expires_at > now() + interval '3 hours')::int
           as renewed from holdfast.share_grants where link_id = $1`,
          [id],
        )
      ).rows[0];
    await vi.waitFor(async () => expect(await grants()).toEqual({ all: 1, completed: 0, renewed: 1 }));
    server.clock.aheadMs = 3.9 * 3_600_000;
    const rest = await fetch(`${at}/content`, { headers: { cookie, range: "bytes=1000-" } });
    expect(Buffer.from(await rest.arrayBuffer()).equals(large.subarray(1000))).toBe(true);
    await vi.waitFor(async () => expect(await grants()).toEqual({ all: 1, completed: 1, renewed: 1 }));
    server.clock.aheadMs = 0;
    const whole = await fetch(`${at}/content`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(large)).toBe(true);
    await vi.waitFor(async () => expect((await log()).sort()).toEqual(["aborted", "completed"]));
    await vi.waitFor(async () => expect(await grants()).toEqual({ all: 2, completed: 2, renewed: 1 }));
    expect(await stateOf(id)).toMatchObject({ downloadCount: 2 });
  },
);

insideTest("links without a limit grant everything, and count downloads from the first byte on", async () => {
  const { id, at } = await newShare({});
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${at}/content`)));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  await fetch(`${at}/content`, { headers: { range: "bytes=500-" } });
  await fetch(`${at}/content?disposition=inline`);
  await fetch(`${at}/content`, { method: "HEAD" });
  for (let i = 0; i < 3; i++) await fetch(at);
  await server.flush();
  expect(await stateOf(id)).toMatchObject({ downloadCount: 50, accessCount: 3, state: "live" });
  const { rows } = await server.pool.query("select count(*)::int as n from holdfast.share_grants where link_id = $1", [
    id,
  ]);
  expect(rows[0].n).toBe(0);
});
