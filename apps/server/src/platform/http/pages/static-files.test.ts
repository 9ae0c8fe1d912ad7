import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { staticFiles } from "./static-files.ts";

let folder: string;
let app: FastifyInstance;
const script = "console.log('kelp');".repeat(50);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-static-"));
  await mkdir(join(folder, "chunks"));
  await writeFile(join(folder, "chunks/a.js"), script);
  await writeFile(join(folder, "chunks/a.js.br"), brotliCompressSync(script));
  await writeFile(join(folder, "chunks/a.js.gz"), gzipSync(script));
  await writeFile(join(folder, "secret.js"), "not compressed");
  app = Fastify();
  const send = staticFiles(folder);
  app.get("/*", async (request, reply) => ((await send(request, reply)) ? reply : "from the web server"));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string>) => app.inject({ url, headers });

it("sends the smallest form that the browser takes, for good", async () => {
  const br = await get("/_next/static/chunks/a.js?dpl=1", { "accept-encoding": "gzip, deflate, br" });
  expect(br.headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "application/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
  });
  expect(br.rawPayload).toEqual(brotliCompressSync(script));
  const gzip = await get("/_next/static/chunks/a.js", { "accept-encoding": "gzip, br;q=0" });
  expect(gzip.headers["content-encoding"]).toBe("gzip");
});

it("leaves everything else to the web server", async () => {
  const all = { "accept-encoding": "br" };
  for (const [url, headers] of [
    ["/_next/static/chunks/a.js", {}],
    ["/_next/static/chunks/a.js", { ...all, range: "bytes=0-9" }],
    ["/_next/static/chunks/a.js.br", all],
    ["/_next/static/secret.js", all],
    ["/files", all],
  ] as const) {
    expect((await get(url, headers)).body, url).toBe("from the web server");
  }
});
