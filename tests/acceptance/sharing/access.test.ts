import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { adminDeleteUser, adminUpdateUser } from "../../../packages/contract/src/index.ts";
import { insideTest } from "../../support/any-server.ts";
import { cookiesOf, type SharingServer, startSharingServer } from "../../support/sharing-server.ts";

/** Every statement, from before the first connection on: a pool keeps the method that it found. */
const query = vi.spyOn(pg.Client.prototype, "query");
let server: SharingServer;
let ada: string;
beforeAll(async () => {
  server = await startSharingServer();
  ada = await server.addUser("ada.lovelace@example.org");
});
afterAll(() => server?.close());

async function share(
  fileId: string,
  limits: object = {},
  userId = ada,
): Promise<{ id: string; token: string; at: string }> {
  const made = await server.as(userId, "POST", "/api/v1/shares", { fileId, linkType: "permanent", ...limits });
  expect(made.status).toBe(201);
  const { id, token } = made.body;
  return { id, token, at: `${server.url}/api/v1/public/shares/${token}` };
}

const unlock = (at: string, password: string) =>
  fetch(`${at}/unlock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password }),
  });

/** Every way that a link of a folder opens, and what each answers. */
async function everyWay(at: string, fileId: string, folderId: string, headers: Record<string, string> = {}) {
  const ways: Record<string, Promise<Response>> = {
    info: fetch(at, { headers }),
    unlock: unlock(at, "correct horse"),
    list: fetch(`${at}/files`, { headers }),
    subList: fetch(`${at}/files?parentId=${folderId}`, { headers }),
    content: fetch(`${at}/content`, { headers }),
    subContent: fetch(`${at}/files/${fileId}/content`, { headers }),
    range: fetch(`${at}/files/${fileId}/content`, { headers: { ...headers, range: "bytes=0-1" } }),
    head: fetch(`${at}/files/${fileId}/content`, { method: "HEAD", headers }),
    archive: fetch(`${at}/archive`, { headers }),
    subArchive: fetch(`${at}/archive?parentId=${folderId}`, { headers }),
    upload: fetch(`${at}/files?name=x`, { method: "PUT", headers }),
  };
  const found: Record<string, { status: number; body: string }> = {};
  for (const [way, answer] of Object.entries(ways)) {
    const response = await answer;
    found[way] = { status: response.status, body: await response.text() };
  }
  return found;
}
const statuses = (answers: Record<string, { status: number }>) =>
  Object.fromEntries(Object.entries(answers).map(([way, { status }]) => [way, status]));
const alive = {
  info: 200,
  unlock: 200,
  list: 200,
  subList: 200,
  content: 422,
  subContent: 200,
  range: 206,
  head: 200,
  archive: 200,
  subArchive: 200,
  upload: 403,
};
const all = (status: number) => Object.fromEntries(Object.keys(alive).map((way) => [way, status]));

describe("a link ends on every way", () => {
  let above: string;
  let folder: string;
  let inner: string;
  let file: string;
  let user: string;
  beforeEach(async () => {
    user = await server.addUser();
    above = await server.addFolder(user, "above");
    folder = await server.addFolder(user, "shared", above);
    inner = await server.addFolder(user, "inner", folder);
    file = await server.addFile(user, "file", randomBytes(1000), { parentId: inner });
  });
  const trash = (id: string, query = "") => server.as(user, "DELETE", `/api/v1/files/${id}${query}`);
  const endsEverywhere: [string, (link: { id: string }) => Promise<unknown>][] = [
    ["revoked", ({ id }) => server.as(user, "DELETE", `/api/v1/shares/${id}`)],
    [
      "its owner is disabled",
      () => server.admin.call(adminUpdateUser, { params: { id: user }, body: { status: "disabled" } }),
    ],
    ["its owner is deleted", () => server.admin.call(adminDeleteUser, { params: { id: user } })],
    ["its folder is in the trash", () => trash(folder)],
    ["a folder above is in the trash", () => trash(above)],
    ["a folder above is deleted", () => trash(above, "?permanent=true")],
  ];

  test.each(endsEverywhere)("%s", (_why, end) => expectEnd(end));

  insideTest("expired", () => expectEnd(async () => void (server.clock.aheadMs = 61_000)));

  async function expectEnd(end: (link: { id: string }) => Promise<unknown>): Promise<void> {
    for (const password of [undefined, "correct horse"]) {
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      const link = await share(folder, { linkType: "temporary", expiresAt, password }, user);
      const opened: Record<string, string> = password ? { cookie: cookiesOf(await unlock(link.at, password)) } : {};
      expect(statuses(await everyWay(link.at, file, inner, opened))).toEqual(alive);
      if (password === undefined) continue;
      await end(link);
      const forged = await everyWay(`${server.url}/api/v1/public/shares/${"A".repeat(43)}`, file, inner, opened);
      const answers = await everyWay(link.at, file, inner, opened);
      server.clock.aheadMs = 0;
      expect(statuses(answers)).toEqual(all(404));
      // Word for word what a link gets that never was.
      const plain = (text: string) => text.replace(/"requestId":"[^"]*"/, "");
      for (const way of Object.keys(answers)) expect(plain(answers[way]!.body)).toBe(plain(forged[way]!.body));
    }
  }

  test("what is in the trash inside of it is gone as well, and what lies outside was never there", async () => {
    const { at } = await share(folder, {}, user);
    const outside = await server.addFile(user, "outside", randomBytes(10), { parentId: above });
    const others = await server.addFile(await server.addUser(), "others", randomBytes(10));
    for (const id of [outside, others, above, user, crypto.randomUUID()]) {
      expect((await fetch(`${at}/files/${id}/content`)).status).toBe(404);
      expect((await fetch(`${at}/files?parentId=${id}`)).status).toBe(404);
      expect((await fetch(`${at}/archive?parentId=${id}`)).status).toBe(404);
    }
    expect((await fetch(`${at}/files/${file}/content`)).status).toBe(200);
    await trash(inner);
    expect((await fetch(`${at}/files/${file}/content`)).status).toBe(404);
    expect((await fetch(`${at}/files?parentId=${inner}`)).status).toBe(404);
    expect(((await (await fetch(`${at}/files`)).json()) as { items: [] }).items).toEqual([]);
  });

  test("a file's own link opens that file and nothing else", async () => {
    const { at } = await share(file, {}, user);
    expect((await fetch(`${at}/content`)).status).toBe(200);
    expect((await fetch(`${at}/files/${file}/content`)).status).toBe(200);
    expect((await fetch(`${at}/files/${inner}/content`)).status).toBe(404);
    expect((await fetch(`${at}/files`)).status).toBe(422);
  });

  test("a link for uploads takes files and shows nothing", async () => {
    const link = await share(folder, { allowUpload: true }, user);
    const found = statuses(await everyWay(link.at, file, inner));
    expect(found).toEqual({ ...all(404), info: 200, unlock: 200, upload: 201 });
    const received = async () => {
      const { body } = await server.as(user, "GET", `/api/v1/files?parentId=${folder}`);
      return body.items.map(({ name }: { name: string }) => name).filter((name: string) => name !== "inner");
    };
    expect(await received()).toEqual(["x"]);
    await server.as(user, "DELETE", `/api/v1/shares/${link.id}`);
    expect((await fetch(`${link.at}/files?name=x`, { method: "PUT" })).status).toBe(404);
    expect(await received()).toEqual(["x"]);
  });

  test("lists what is inside, page by page, with the way down from the shared folder", async () => {
    for (const name of ["b", "a", "c"]) await server.addFile(user, name, randomBytes(3), { parentId: folder });
    const { at } = await share(folder, {}, user);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const answer = (await (await fetch(`${at}/files?limit=2${cursor && `&cursor=${cursor}`}`)).json()) as any;
      seen.push(...answer.items.map((item: any) => `${item.kind} ${item.name} ${item.parentId}`));
      expect(answer.ancestors).toEqual([]);
      cursor = answer.nextCursor;
    }
    expect(seen).toEqual(["folder inner null", "file a null", "file b null", "file c null"]);
    const below = (await (await fetch(`${at}/files?parentId=${inner}`)).json()) as any;
    expect(below.ancestors).toEqual([{ id: inner, name: "inner" }]);
    expect(below.items).toMatchObject([{ id: file, parentId: inner, fileSize: 1000 }]);
  });
});

describe("a password", () => {
  const password = "correct horse";
  const make = async (limits: object = {}) =>
    share(await server.addFile(ada, randomBytes(8).toString("hex"), randomBytes(100)), { password, ...limits });

  insideTest("hides everything but the sender until it is given, and a cookie keeps the link open", async () => {
    const { at, token } = await make();
    expect(await (await fetch(at)).json()).toEqual({
      file: null,
      sender: "ada.lovelace",
      message: null,
      expiresAt: null,
      needsPassword: true,
      allowUpload: false,
      downloadsLeft: null,
      takes: null,
    });
    expect((await fetch(`${at}/content`)).status).toBe(401);
    const wrong = await unlock(at, "wrong");
    expect([wrong.status, ((await wrong.json()) as any).code]).toEqual([401, "share_password_wrong"]);
    const right = await unlock(at, password);
    expect(await right.json()).toMatchObject({ sender: "ada.lovelace", needsPassword: false, file: { fileSize: 100 } });
    expect(right.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^hf_share=[0-9a-z]+\\.[\\w-]{43}; Max-Age=21600; Path=/api/v1/public/shares/${token}; HttpOnly; SameSite=Lax$`,
        ),
      ),
    ]);
    const cookie = cookiesOf(right);
    expect((await fetch(`${at}/content`, { headers: { cookie } })).status).toBe(200);
    server.clock.aheadMs = 6 * 3_600_000 + 1000;
    expect((await fetch(`${at}/content`, { headers: { cookie } })).status).toBe(401);
    server.clock.aheadMs = 0;
  });

  test("of one link opens no other", async () => {
    const [one, other] = [await make(), await make()];
    const cookie = cookiesOf(await unlock(one.at, password));
    expect((await fetch(`${other.at}/content`, { headers: { cookie } })).status).toBe(401);
  });

  test("that is changed or taken away and set again locks out whoever knew the old one", async () => {
    const { id, at } = await make();
    const cookie = cookiesOf(await unlock(at, password));
    const change = (body: object) => server.as(ada, "PATCH", `/api/v1/shares/${id}`, body);
    expect((await change({ maxDownloads: 5 })).status).toBe(200);
    expect((await fetch(`${at}/content`, { headers: { cookie } })).status).toBe(200);
    expect((await change({ password })).body).toMatchObject({ hasPassword: true, maxDownloads: 5 });
    expect((await fetch(`${at}/content`, { headers: { cookie } })).status).toBe(401);
    expect((await change({ password: null })).body.hasPassword).toBe(false);
    expect((await fetch(`${at}/content`)).status).toBe(200);
  });

  test("may come in a header from programs, which opens the information too", async () => {
    const { at } = await make();
    const by = (given: string, to = at) => fetch(`${to}/content`, { headers: { "share-password": given } });
    expect((await by(password)).status).toBe(200);
    for (const [given, needsPassword] of [
      [password, false],
      ["wrong", true],
    ] as const) {
      const info = await fetch(at, { headers: { "share-password": given } });
      expect([info.status, ((await info.json()) as any).needsPassword]).toEqual([200, needsPassword]);
    }
    // As curl sends it: UTF-8, which HTTP's own character set makes other letters of. However the accent was typed.
    const accented = await make({ password: "geh\u0065\u0301im €" });
    expect((await by(Buffer.from("gehéim €").toString("latin1"), accented.at)).status).toBe(200);
    const wrong = await by("wrong");
    expect([wrong.status, ((await wrong.json()) as any).code]).toEqual([401, "share_password_required"]);
  });

  insideTest("cannot be guessed for long, by header or by form, and the attempts are in the owner's log", async () => {
    const { id, at } = await make();
    const seen = new Set<number>();
    for (let i = 0; i < 60 && !seen.has(429); i++) {
      const answer =
        i % 2
          ? await unlock(at, `guess ${i}`)
          : await fetch(at + "/content", { headers: { "share-password": `guess ${i}` } });
      seen.add(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(seen).toEqual(new Set([401, 429]));
    expect((await unlock(at, password)).status).toBe(429);
    await server.pool.query("delete from holdfast.throttle");
    // The process believes for a little while what it was told.
    await expect.poll(async () => (await unlock(at, password)).status, { timeout: 12_000 }).toBe(200);
    await server.flush();
    const { body } = await server.as(ada, "GET", `/api/v1/shares/${id}/accesses`);
    expect(body.items[0]).toMatchObject({ action: "unlock", outcome: "ok", address: "127.0.0.0/24" });
    expect(body.items[1]).toMatchObject({ action: "unlock", outcome: "wrong_password", fileName: null });
  });
});

insideTest("a forged token is refused without a query", async () => {
  const { at, token } = await share(await server.addFile(ada, "forged", randomBytes(10)));
  query.mockClear();
  const asked = () => query.mock.calls.filter((call) => JSON.stringify(call).includes("sharing_links")).length;
  expect((await fetch(at)).status).toBe(200);
  const before = asked();
  expect(before).toBeGreaterThan(0);
  const last = token.endsWith("x") ? "y" : "x";
  for (const bad of [`${token.slice(0, -1)}${last}`, "x", "%00", "A".repeat(43), `${token}x`]) {
    const answer = await fetch(at.replace(token, bad));
    expect(answer.status).toBe(404);
  }
  expect(asked()).toBe(before);
});

insideTest(
  "nothing about a link may be kept or found by machines; what all may see may be kept by a CDN for a minute",
  async () => {
    const cached = await startSharingServer({ env: { CDN_URL: "https://cdn.example" } });
    const owner = await cached.addUser();
    const fileId = await cached.addFile(owner, "f", randomBytes(10));
    const control = async (on: SharingServer, userId: string, file: string, limits: object) => {
      const { body } = await on.as(userId, "POST", "/api/v1/shares", {
        fileId: file,
        linkType: "permanent",
        ...limits,
      });
      const at = `${on.url}/api/v1/public/shares/${body.token}`;
      const info = await fetch(at);
      expect([info.headers.get("cache-control"), info.headers.get("x-robots-tag")]).toEqual([
        "private, no-store",
        "noindex, nofollow",
      ]);
      const headers = { "share-password": "p" };
      const content = await fetch(`${at}/content`, { headers });
      expect((await content.arrayBuffer()).byteLength).toBe(10);
      return content.headers.get("cache-control");
    };
    expect(await control(cached, owner, fileId, {})).toBe("public, max-age=0, s-maxage=60");
    const soon = new Date(Date.now() + 60_000).toISOString();
    for (const limits of [{ password: "p" }, { maxDownloads: 9 }, { linkType: "temporary", expiresAt: soon }]) {
      expect(await control(cached, owner, fileId, limits)).toBe("private, no-store");
    }
    await cached.close();
    expect(await control(server, ada, await server.addFile(ada, "no cdn", randomBytes(10)), {})).toBe(
      "private, no-store",
    );
  },
);
