import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { childOf, isAlive } from "../../support/processes.ts";
import { collect, type Product, spawnProduct, startProduct } from "../../support/product.ts";

let dataDir: string;
let product: Product | undefined;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-process-"));
});
afterEach(async () => {
  await product?.stop();
  product = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

const status = async (path: string) => (await fetch(`${product!.url}${path}`)).status;

const postmaster = () => Number.parseInt(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);

/** Starts the product where it cannot start; what it says, and how it ends. */
async function refusal(env: Record<string, string>): Promise<{ code: number | null; text: string }> {
  const child = spawnProduct({ HOST: "127.0.0.1", PORT: "0", HOLDFAST_WEB: "off", HOLDFAST_DATA: dataDir, ...env });
  const output = collect(child);
  const [code] = await once(child, "close");
  return { code, text: output() };
}

test("starts on an empty folder, answers, and stops in order on Ctrl-C", async () => {
  product = await startProduct({ dataDir });
  expect(await status("/healthz")).toBe(200);
  expect(readFileSync(join(dataDir, "holdfast.pid"), "utf8")).toBe(`${product.pid}\n`);
  const [database, worker] = [postmaster(), childOf(product.pid, "worker.ts")!];
  const { code, milliseconds } = await product.stop();
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(10_000);
  expect([isAlive(database), isAlive(worker)]).toEqual([false, false]);
  expect(existsSync(join(dataDir, "holdfast.pid"))).toBe(false);
});

test("after kill -9 of the parent its worker ends by itself, and the next start takes over", async () => {
  const first = await startProduct({ dataDir });
  const [database, worker] = [postmaster(), childOf(first.pid, "worker.ts")!];
  expect(isAlive(worker)).toBe(true);
  await first.kill9();
  await vi.waitFor(() => expect(isAlive(worker)).toBe(false), 20_000);
  product = await first.restart();
  expect(product.url).toBe(first.url);
  expect(await status("/healthz")).toBe(200);
  expect(isAlive(database)).toBe(false);
});

test("a worker that is killed is started again, and the API goes on", async () => {
  product = await startProduct({ dataDir });
  const worker = childOf(product.pid, "worker.ts")!;
  process.kill(worker, "SIGKILL");
  await vi.waitFor(() => {
    const next = childOf(product!.pid, "worker.ts");
    expect(next).toBeDefined();
    expect(next).not.toBe(worker);
  }, 20_000);
  expect(await status("/healthz")).toBe(200);
});

test("a PostgreSQL that is killed is started again, under the same address", async () => {
  product = await startProduct({ dataDir });
  const database = postmaster();
  process.kill(database, "SIGKILL");
  await vi.waitFor(() => expect(postmaster()).not.toBe(database), 20_000);
  await vi.waitFor(async () => {
    const client = new pg.Client({ host: join(dataDir, "postgres"), user: "postgres", database: "holdfast" });
    await client.connect();
    await client.end();
  }, 20_000);
  expect(await status("/healthz")).toBe(200);
});

test("a second start on the same folder is refused, and harms nothing", async () => {
  product = await startProduct({ dataDir });
  const { code, text } = await refusal({});
  expect(code).toBe(1);
  expect(text).toContain(`Holdfast is already running on ${dataDir} (process ${product.pid}): stop it first`);
  expect(await status("/healthz")).toBe(200);
});

test("a busy port is one clear sentence, and nothing is left running", async () => {
  const other: Server = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const { code, text } = await refusal({ PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(text.trim().split("\n").at(-1)).toBe(
    `Port ${port} is in use by another program: stop it, or set PORT to another number.`,
  );
  expect(existsSync(join(dataDir, "postgres", "postmaster.pid"))).toBe(false);
});

test("a folder of a newer Holdfast is refused with a sentence", async () => {
  await writeFile(join(dataDir, "holdfast.version"), "99\n");
  const { code, text } = await refusal({});
  expect(code).toBe(1);
  expect(text).toContain("was written by a newer Holdfast (layout 99");
  expect(text).not.toContain("    at ");
});

test("every mistake in the settings is told at once, without a stack", async () => {
  const { code, text } = await refusal({ PORT: "http", SIGNUP: "maybe" });
  expect(code).toBe(1);
  expect(text.trim().split("\n")).toEqual([
    'PORT must be a whole number from 0 to 65535, but is "http".',
    'SIGNUP must be one of closed, invite, open, but is "maybe".',
  ]);
});

test("a data folder that cannot be made is told with its path", async () => {
  await writeFile(join(dataDir, "file"), "");
  for (const path of [join(dataDir, "file", "data"), "/proc/holdfast/data"]) {
    const { code, text } = await refusal({ HOLDFAST_DATA: path });
    expect(code).toBe(1);
    expect(text.trim().split("\n").at(-1)).toMatch(/^The folder \S+ cannot be made \(E[A-Z]+\): set HOLDFAST_DATA/);
  }
});

test("Ctrl-C while it is still starting leaves nothing behind", async () => {
  const child = spawnProduct({ HOST: "127.0.0.1", PORT: "0", HOLDFAST_WEB: "off", HOLDFAST_DATA: dataDir });
  const output = collect(child);
  await vi.waitFor(() => expect(output()).toContain("  data "), 10_000);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(existsSync(join(dataDir, "postgres", "postmaster.pid"))).toBe(false);
  expect(existsSync(join(dataDir, "holdfast.pid"))).toBe(false);
});
