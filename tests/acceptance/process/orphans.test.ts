import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { cli, type Product, startProduct } from "../../support/product.ts";

/** A database that is killed in the middle of uploads leaves objects without a row; the command line finds and removes exactly these. */
let dataDir: string;
let product: Product;
let admin: Person;
const acknowledged = new Map<string, Buffer>();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-orphans-"));
  product = await startProduct({
    dataDir,
    env: { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "fatal" },
  });
  admin = await signIn(product.url, "admin@example.org");
});
afterAll(async () => {
  await product?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const postmaster = () => Number.parseInt(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);

async function rowsOf<T extends object>(text: string): Promise<T[]> {
  const client = new pg.Client({ host: join(dataDir, "postgres"), user: "postgres", database: "holdfast" });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

function storedObjects(): Map<string, string> {
  const root = join(dataDir, "objects", "segments");
  const found = new Map<string, string>();
  for (const folder of readdirSync(root)) {
    for (const name of readdirSync(join(root, folder))) found.set(name, join(root, folder, name));
  }
  return found;
}

/** Judged from outside: names in the store's folders that no row of the catalogue has. */
async function strays(): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>("select encode(sha256, 'hex') as name from holdfast.segments");
  const known = new Set(rows.map(({ name }) => name));
  return [...storedObjects().keys()].filter((name) => !known.has(name)).sort();
}

async function uploadUntil(stop: { now: boolean }): Promise<void> {
  while (!stop.now) {
    const bytes = randomBytes(3000);
    const answer = await admin
      .fetch(`/api/v1/files/content?name=${randomBytes(9).toString("hex")}.bin`, {
        method: "PUT",
        body: bytes as unknown as NonNullable<RequestInit["body"]>,
      })
      .catch(() => null);
    if (answer?.status === 201) acknowledged.set(((await answer.json()) as { id: string }).id, bytes);
    else await answer?.arrayBuffer().catch(() => {});
  }
}

async function killDatabaseUnderLoad(): Promise<void> {
  const stop = { now: false };
  const before = acknowledged.size;
  const clients = Array.from({ length: 6 }, () => uploadUntil(stop));
  await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(before + 40), 20_000);
  const database = postmaster();
  process.kill(database, "SIGKILL");
  stop.now = true;
  await Promise.all(clients);
  await vi.waitFor(() => rowsOf("select 1"), { timeout: 30_000, interval: 100 });
}

async function reconcile(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, "storage", "reconcile", ...args], { env });
  return stdout;
}

test("objects that a killed database forgot are reported, and removed when the grace is over", async () => {
  let left: string[] = [];
  for (let kills = 0; kills < 25 && left.length === 0; kills++) {
    await killDatabaseUnderLoad();
    left = await strays();
  }
  expect(left.length).toBeGreaterThan(0);
  const count = left.length;

  expect(await reconcile("--dry-run")).toContain(`unreferenced: ${count} objects`);
  expect(await reconcile()).toContain(`unreferenced: ${count} objects (${count * 3000} bytes), 0 of them removed`);
  // Younger than the grace, they stay.
  expect(await reconcile("--remove")).toContain("0 of them removed");
  expect(await strays()).toEqual(left);

  // Two days pass for everything in the store.
  const then = new Date(Date.now() - 49 * 3_600_000);
  for (const path of storedObjects().values()) utimesSync(path, then, then);
  await reconcile();
  expect(await reconcile("--remove")).toContain(`${count} of them removed (${count * 3000} bytes)`);
  expect(await strays()).toEqual([]);
  for (const [id, bytes] of acknowledged) expect((await admin.read(id)).equals(bytes)).toBe(true);
  expect(await reconcile("--dry-run")).toContain("unreferenced: 0 objects");
}, 180_000);
