import { randomBytes } from "node:crypto";
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

async function share(fileId: string, limits: object): Promise<{ id: string; at: string }> {
  const made = await server.as(ada, "POST", "/api/v1/shares", { fileId, linkType: "permanent", ...limits });
  expect(made.status).toBe(201);
  return { id: made.body.id, at: `${server.url}/api/v1/public/shares/${made.body.token}` };
}
const picture = () => server.addFile(ada, `${randomBytes(8).toString("hex")}.png`, bytes);
const stateOf = async (id: string) => {
  const { body } = await server.as(ada, "GET", "/api/v1/shares?limit=1000");
  return body.items.find((item: { id: string }) => item.id === id);
};
const get = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers });
  return { status: answer.status, cookie: cookiesOf(answer), body: Buffer.from(await answer.arrayBuffer()) };
};
const codeOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString()).code;

test("looking does not count: a link for one download still has it after its picture was seen and seen again", async () => {
  const { id, at } = await share(await picture(), { maxDownloads: 1 });
  const cookie = cookiesOf(await fetch(at));
  for (let i = 0; i < 20; i++) {
    expect((await get(`${at}/content?disposition=inline`, { cookie })).body.equals(bytes)).toBe(true);
  }
  expect((await get(`${at}/content?disposition=inline`)).status).toBe(200);
  expect(await stateOf(id)).toMatchObject({ downloadCount: 0, state: "live" });
  expect((await get(`${at}/content`)).body.equals(bytes)).toBe(true);
  expect(await stateOf(id)).toMatchObject({ downloadCount: 1, state: "exhausted" });
});

test("200 strangers who look at once are 13, and whole; 200 downloads beside them are exactly those of the limit", async () => {
  const { id, at } = await share(await picture(), { maxDownloads: 1 });
  const looks = await Promise.all(Array.from({ length: 200 }, () => get(`${at}/content?disposition=inline`)));
  const seen = looks.filter(({ status }) => status === 200);
  expect(seen).toHaveLength(13); // ten, and three for each download
  expect(seen.every(({ body }) => body.equals(bytes))).toBe(true);
  const refused = looks.filter(({ status }) => status === 410);
  expect(refused).toHaveLength(187);
  expect(codeOf(refused[0]!)).toBe("share_previews_exhausted");
  expect(await stateOf(id)).toMatchObject({ downloadCount: 0, state: "live" });

  const busy = await share(await picture(), { maxDownloads: 10 });
  const all = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const inline = n % 2 === 0;
      return { inline, ...(await get(`${busy.at}/content${inline ? "?disposition=inline" : ""}`)) };
    }),
  );
  expect(all.filter(({ inline, status }) => !inline && status === 200)).toHaveLength(10);
  expect(all.filter(({ inline, status }) => inline && status === 200).length).toBeLessThanOrEqual(40);
  expect(await stateOf(busy.id)).toMatchObject({ downloadCount: 10 });
});

insideTest("the decision itself is exact, with nothing before it that asks whether a preview is left", async () => {
  const fileId = await picture();
  const { id } = await share(fileId, { maxDownloads: 2 });
  const decide = async (linkId: string, holder: number) => {
    const { rows } = await server.pool.query("select holdfast.grant_preview($1, $2, $3, now()) as outcome", [
      linkId,
      fileId,
      Buffer.of(holder),
    ]);
    return rows[0].outcome;
  };
  const count = (outcomes: string[], wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  const strangers = await Promise.all(Array.from({ length: 100 }, (_, n) => decide(id, n)));
  expect([count(strangers, "granted"), count(strangers, "used_up")]).toEqual([16, 84]);
  const other = await share(fileId, { maxDownloads: 2 });
  const one = await Promise.all(Array.from({ length: 50 }, () => decide(other.id, 1)));
  expect([count(one, "granted"), count(one, "covered")]).toEqual([1, 49]);
});

insideTest("ranges of one browser that come at once are one preview", async () => {
  const { at, id } = await share(await picture(), { maxDownloads: 1 });
  const cookie = cookiesOf(await fetch(at));
  const ranges = Array.from({ length: 50 }, (_, i) => `bytes=${i * 10}-${i * 10 + 9}`);
  const parts = await Promise.all(ranges.map((range) => get(`${at}/content?disposition=inline`, { cookie, range })));
  expect(new Set(parts.map(({ status }) => status))).toEqual(new Set([206]));
  const { rows } = await server.pool.query("select previews from holdfast.share_previews where link_id = $1", [id]);
  expect(rows).toEqual([{ previews: 1 }]);
});

test("a used-up link shows nothing to strangers; the browser that downloaded, and the one that is looking, may continue", async () => {
  const { at } = await share(await picture(), { maxDownloads: 1 });
  const viewer = cookiesOf(await fetch(at));
  expect((await get(`${at}/content?disposition=inline`, { cookie: viewer })).status).toBe(200);
  const buyer = (await get(`${at}/content`)).cookie;
  for (const cookie of [viewer, buyer]) {
    expect((await get(`${at}/content?disposition=inline`, { cookie })).status).toBe(200);
  }
  expect((await get(`${at}/content`, { cookie: buyer })).status).toBe(200);
  expect((await get(`${at}/content`, { cookie: viewer })).status).toBe(410);
  const stranger = await get(`${at}/content?disposition=inline`);
  expect([stranger.status, codeOf(stranger)]).toEqual([410, "share_exhausted"]);
});

insideTest("a browser learns what it was granted, and that costs and counts nothing", async () => {
  const folder = await server.addFolder(ada, "granted");
  const [one, two] = await Promise.all(
    ["one.png", "two.png"].map((name) => server.addFile(ada, name, bytes, { parentId: folder })),
  );
  const { at, id } = await share(folder, { maxDownloads: 1 });
  const cookie = cookiesOf(await fetch(`${at}/grants`));
  expect(cookie).toMatch(/^hf_recipient=/);
  const granted = async (headers: Record<string, string>) => (await fetch(`${at}/grants`, { headers })).json();
  expect(await granted({ cookie })).toEqual({ downloads: [], archives: [], previews: [], downloadsLeft: 1 });
  await get(`${at}/files/${two}/content?disposition=inline`, { cookie });
  await get(`${at}/files/${one}/content`, { cookie });
  expect(await granted({ cookie })).toEqual({ downloads: [one], archives: [], previews: [two], downloadsLeft: 0 });
  expect(await granted({})).toEqual({ downloads: [], archives: [], previews: [], downloadsLeft: 0 });
  await server.flush();
  expect(await stateOf(id)).toMatchObject({ accessCount: 0, downloadCount: 1 });
});

test("what no browser shows is a download however it is asked for; the start of a text is a preview", async () => {
  const large = randomBytes(600_000);
  const { at, id } = await share(await server.addFile(ada, "large.zip", large), { maxDownloads: 1 });
  const start = await get(`${at}/content?disposition=inline`, { range: "bytes=0-524287" });
  expect(start.body.equals(large.subarray(0, 524_288))).toBe(true);
  expect(await stateOf(id)).toMatchObject({ downloadCount: 0 });
  for (let i = 0; i < 12; i++) await get(`${at}/content?disposition=inline`, { range: "bytes=0-9" });
  expect((await get(`${at}/content?disposition=inline`, { range: "bytes=0-9" })).status).toBe(410);
  expect((await get(`${at}/content?disposition=inline`, { range: "bytes=500000-" })).status).toBe(206);
  expect(await stateOf(id)).toMatchObject({ downloadCount: 1 });
});

insideTest("the owner reads in the log who looked", async () => {
  const { at, id } = await share(await picture(), { maxDownloads: 1 });
  await get(`${at}/content?disposition=inline`);
  await get(`${at}/content`);
  await get(`${at}/content?disposition=inline`);
  await vi.waitFor(async () => {
    await server.flush();
    const { body } = await server.as(ada, "GET", `/api/v1/shares/${id}/accesses`);
    const told = body.items.map((item: { action: string; outcome: string }) => `${item.action} ${item.outcome}`);
    expect(told.sort()).toEqual(["download completed", "preview completed", "preview exhausted"]);
  });
});

insideTest("HEAD says whether a preview would be shown, and uses none up", async () => {
  const { at, id } = await share(await picture(), { maxDownloads: 1 });
  for (let i = 0; i < 30; i++) {
    expect((await fetch(`${at}/content?disposition=inline`, { method: "HEAD" })).status).toBe(200);
  }
  await get(`${at}/content`);
  expect((await fetch(`${at}/content?disposition=inline`, { method: "HEAD" })).status).toBe(410);
  const { rows } = await server.pool.query("select from holdfast.share_previews where link_id = $1", [id]);
  expect(rows).toEqual([]);
});
