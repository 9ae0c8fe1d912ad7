import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Product, startProduct } from "../../support/product.ts";
import { cookiesOf } from "../../support/sharing-server.ts";

let product: Product;
let headers: { authorization: string };
const person = { email: "ada@example.org", password: "a long enough secret" };
beforeAll(async () => {
  product = await startProduct({
    env: { HOLDFAST_ADMIN_EMAIL: person.email, HOLDFAST_ADMIN_PASSWORD: person.password },
  });
  headers = await signIn();
});
afterAll(() => product?.stop());

async function signIn(): Promise<{ authorization: string }> {
  const answer = await fetch(`${product.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...person, transport: "bearer" }),
  });
  expect(answer.status).toBe(200);
  return { authorization: `Bearer ${((await answer.json()) as { accessToken: string }).accessToken}` };
}

async function call(method: string, path: string, body?: unknown): Promise<any> {
  const json = { ...headers, "content-type": "application/json" };
  const answer = await fetch(product.url + path, {
    method,
    headers: body === undefined ? headers : json,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
const put = async (name: string, bytes: Buffer, parentId: string) => {
  const path = `/api/v1/files/content?name=${encodeURIComponent(name)}&parentId=${parentId}`;
  const answer = await fetch(product.url + path, { method: "PUT", headers, body: bytes as never });
  expect(answer.status).toBe(201);
  return (await answer.json()) as any;
};
const makeFolder = (name: string) => call("POST", "/api/v1/folders", { name });
const makeShare = async (fileId: string, limits: object = {}) => {
  const link = await call("POST", "/api/v1/shares", { fileId, linkType: "permanent", ...limits });
  return { ...link, at: `${product.url}/api/v1/public/shares/${link.token}` };
};

test("a folder goes out as a ZIP that can resume, under the link's limit", async () => {
  const folder = await makeFolder("photos");
  const bytes = randomBytes(300_000);
  await put("one.bin", bytes, folder.id);
  await put("two.txt", Buffer.from("two"), folder.id);
  const { at } = await makeShare(folder.id, { maxDownloads: 1 });
  const first = await fetch(`${at}/archive`);
  expect(first.headers.get("content-disposition")).toBe('attachment; filename="photos.zip"');
  expect(first.headers.get("cache-control")).toBe("private, no-store");
  const cookie = cookiesOf(first);
  const zip = Buffer.from(await first.arrayBuffer());
  expect(zip.includes(bytes) && zip.includes("photos/two.txt")).toBe(true);
  expect((await fetch(`${at}/archive`)).status).toBe(410);
  const rest = await fetch(`${at}/archive`, { headers: { cookie, range: "bytes=100000-" } });
  expect([rest.status, rest.headers.get("etag")]).toEqual([206, first.headers.get("etag")]);
  expect(Buffer.from(await rest.arrayBuffer()).equals(zip.subarray(100_000))).toBe(true);
});

test("a file request takes files from anybody, and numbers a taken name", async () => {
  const folder = await makeFolder("inbox");
  const { at } = await makeShare(folder.id, { allowUpload: true, password: "letter box" });
  const send = (name: string, body: string | Buffer, password?: string) =>
    fetch(`${at}/files?name=${encodeURIComponent(name)}`, {
      method: "PUT",
      body: body as never,
      ...(password ? { headers: { "share-password": password } } : {}),
    });
  expect((await send("cv.txt", "mine")).status).toBe(401);
  for (const name of ["cv.txt", "cv (2).txt"]) {
    const answer = await send("cv.txt", "mine", "letter box");
    expect([answer.status, await answer.json()]).toEqual([201, { name, fileSize: 4 }]);
  }
  expect((await send("../cv.txt", "mine", "letter box")).status).toBe(422);
  expect((await send("json", Buffer.from("{}"), "letter box")).status).toBe(201);
  const { items } = await call("GET", `/api/v1/files?parentId=${folder.id}`);
  expect(items.map((item: any) => [item.name, item.fileSize])).toEqual([
    ["cv (2).txt", 4],
    ["cv.txt", 4],
    ["json", 2],
  ]);
});

test("trash and restore end a link and bring it back; revoking ends it for good; the owner's page is told", async () => {
  const folder = await makeFolder("project");
  const file = await put("plan.txt", Buffer.from("the plan"), folder.id);
  const link = await makeShare(file.id);
  const content = async () => {
    const answer = await fetch(`${link.at}/content`);
    return answer.ok ? answer.text() : answer.status;
  };
  const stream = await fetch(`${product.url}/api/v1/events`, { headers });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  void (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) seen += next.value;
  })().catch(() => {});

  expect(await content()).toBe("the plan");
  await call("DELETE", `/api/v1/files/${folder.id}`);
  expect(await content()).toBe(404);
  expect((await call("GET", `/api/v1/shares?fileId=${file.id}`)).items[0].state).toBe("unavailable");
  await call("POST", `/api/v1/files/${folder.id}/restore`, {});
  expect(await content()).toBe("the plan");
  await call("DELETE", `/api/v1/shares/${link.id}`);
  expect(await content()).toBe(404);
  await vi.waitFor(() => expect(seen).toContain(`{"type":"shares.changed","id":"${file.id}"}`), 3000);
  await call("POST", "/api/v1/auth/logout", {});
  await vi.waitFor(() => expect(seen).toContain('{"type":"session.ended"}'), 3000);
  headers = await signIn();
});

test("what was counted in memory is written when the product stops, and links outlive a restart", async () => {
  const folder = await makeFolder("counted");
  const file = await put("f", Buffer.from("f"), folder.id);
  const { at, token } = await makeShare(file.id);
  for (let i = 0; i < 7; i++) expect(await (await fetch(`${at}/content`)).text()).toBe("f");
  product = await product.restart();
  const [link] = (await call("GET", `/api/v1/shares?fileId=${file.id}`)).items;
  expect(link).toMatchObject({ token, downloadCount: 7, state: "live" });
  expect((await fetch(`${at}/content`)).status).toBe(200);
});
