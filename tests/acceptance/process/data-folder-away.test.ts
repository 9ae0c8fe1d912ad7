import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolder, listFiles } from "../../../packages/contract/src/index.ts";
import { ask } from "../../crash/support/raw-request.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { collect, type Product, spawnProduct, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

let parent: string;
let dataDir: string;
let product: Product | null = null;
const loads: (() => void)[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "holdfast-away-"));
  dataDir = join(parent, "data");
  await mkdir(dataDir);
});
afterEach(async () => {
  for (const stop of loads.splice(0)) stop();
  await product?.stop();
  product = null;
  await rm(parent, { recursive: true, force: true });
});

const email = "admin@example.org";
const settings = {
  HOLDFAST_ADMIN_EMAIL: email,
  HOLDFAST_ADMIN_PASSWORD: testPassword,
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  LOG_LEVEL: "info",
};
const start = async () => {
  product = await startProduct({ dataDir, env: settings });
  return signIn(product.url, email);
};
const postmaster = () => Number.parseInt(readFileSync(join(dataDir, "postgres/postmaster.pid"), "utf8"), 10);
const status = async (path: string, init?: RequestInit) => (await fetch(`${product?.url}${path}`, init)).status;

/** Clients that read and write without pause; what was told as stored is kept outside. */
function startLoad(person: Person) {
  const stored = new Map<string, { name: string; text: string }>();
  const statuses = new Set<number>();
  const { url } = product as Product;
  let stopped = false;
  let count = 0;
  const client = async () => {
    while (!stopped) {
      const name = `file ${++count}.txt`;
      const text = `what is in ${name} `.repeat(1 + (count % 3) * 4000);
      const path = `/api/v1/files/content?name=${encodeURIComponent(name)}`;
      const put = await ask(url, { method: "PUT", path, headers: person.headers, body: text });
      if (put.status === 201) stored.set((JSON.parse(put.body) as { id: string }).id, { name, text });
      const [id] = [...stored.keys()].slice(-1);
      const got = await ask(url, {
        path: id ? `/api/v1/files/${id}/content` : "/api/v1/me",
        headers: person.headers,
      });
      for (const answer of [put, got]) statuses.add(answer.status);
      if (put.status !== 201) await sleep(20);
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  loads.push(() => {
    stopped = true;
  });
  return {
    stored,
    statuses,
    async stop() {
      stopped = true;
      await clients;
    },
  };
}

/** Each way in, while the folder is away: 503, and the sentence that says what to do. */
async function everyWayIsClosed(person: Person): Promise<void> {
  const sentence = `The folder ${dataDir} is gone, or another folder is in its place: is its disk connected?`;
  const says = async (path: string) => (await ask(product!.url, { path })).body.includes(sentence);
  await eventually(() => says("/api/v1/settings"), 10_000);
  const json = { "content-type": "application/json", ...person.headers };
  for (const question of [
    { path: "/api/v1/files", headers: person.headers },
    { path: "/api/v1/settings" },
    { path: "/auth/v1/settings" },
    { method: "POST", path: "/api/v1/folders", headers: json, body: '{"name":"x"}' },
    { method: "PUT", path: "/api/v1/files/content?name=x", headers: person.headers, body: "x" },
    { path: "/api/v1/public/shares/AAAAAAAAAAAAAAAAAAAAAA" },
    { path: "/api/v1/events", headers: person.headers },
  ]) {
    const answer = await ask(product!.url, question);
    expect(answer.status, question.path).toBe(503);
    expect(answer.headers["retry-after"], question.path).toMatch(/^\d+$/);
    expect(answer.body, question.path).toContain(sentence);
  }
  await eventually(() => says("/readyz"), 5_000);
  expect(await status("/readyz")).toBe(503);
  expect(await status("/healthz")).toBe(200);
}

async function worksAsBefore(person: Person, stored: ReturnType<typeof startLoad>["stored"]): Promise<void> {
  await eventually(async () => (await status("/readyz")) === 200, 40_000);
  expect(stored.size).toBeGreaterThan(0);
  for (const [id, { name, text }] of stored) expect(String(await person.read(id)), name).toBe(text);
  const { items } = await person.call(listFiles, { query: { limit: 1000 } });
  expect(items.length).toBeGreaterThanOrEqual(Math.min(1000, stored.size));
  await person.call(createFolder, { body: { name: "made after" } });
  await person.put("after.txt", "stored after");
}

/** The log without the line that each request has. */
const logged = () =>
  product!
    .output()
    .split("\n")
    .filter((line) => !line.includes('"msg":"request"'))
    .join("\n");

test("a data folder that vanishes is waited for: nothing is made in its place, and all is there when it is back", {
  timeout: 240_000,
}, async () => {
  const person = await start();
  const load = startLoad(person);
  await eventually(() => load.stored.size > 5);
  const database = postmaster();
  await rename(dataDir, join(parent, "elsewhere"));
  await everyWayIsClosed(person);
  // The database dies as well, as it does when its disk is gone.
  process.kill(database, "SIGKILL");
  const before = logged().length;
  await sleep(8_000);
  expect(await readdir(parent)).toEqual(["elsewhere"]);
  expect(logged().length - before).toBeLessThan(60_000);
  await everyWayIsClosed(person);
  await rename(join(parent, "elsewhere"), dataDir);
  await eventually(async () => (await status("/api/v1/me", person)) === 200, 40_000);
  expect(postmaster()).not.toBe(database);
  await sleep(500);
  await load.stop();
  expect([...load.statuses].filter((code) => ![200, 201, 503].includes(code))).toEqual([]);
  await worksAsBefore(person, load.stored);
});

test("an empty folder in its place, as below a disk that came loose, stays empty", { timeout: 240_000 }, async () => {
  const person = await start();
  const load = startLoad(person);
  await eventually(() => load.stored.size > 5);
  const database = postmaster();
  await rename(dataDir, join(parent, "elsewhere"));
  await mkdir(dataDir);
  process.kill(database, "SIGKILL");
  await everyWayIsClosed(person);
  await sleep(5_000);
  expect(await readdir(dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true });
  await rename(join(parent, "elsewhere"), dataDir);
  await eventually(async () => (await status("/api/v1/me", person)) === 200, 40_000);
  await load.stop();
  expect([...load.statuses].filter((code) => ![200, 201, 503].includes(code))).toEqual([]);
  await worksAsBefore(person, load.stored);
});

const mayMount = (() => {
  try {
    execFileSync("unshare", ["-m", "mount", "--bind", "/tmp", "/tmp"], { stdio: "ignore" });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

test.runIf(mayMount)("a disk that is unmounted under it and mounted again", { timeout: 240_000 }, async () => {
  const disk = join(parent, "disk");
  await mkdir(disk);
  execFileSync("mount", ["--bind", disk, dataDir]);
  try {
    const person = await start();
    const load = startLoad(person);
    await eventually(() => load.stored.size > 5);
    execFileSync("umount", ["--lazy", dataDir]);
    await everyWayIsClosed(person);
    await sleep(3_000);
    expect(await readdir(dataDir)).toEqual([]);
    execFileSync("mount", ["--bind", disk, dataDir]);
    await eventually(async () => (await status("/api/v1/me", person)) === 200, 40_000);
    await load.stop();
    expect([...load.statuses].filter((code) => ![200, 201, 503].includes(code))).toEqual([]);
    await worksAsBefore(person, load.stored);
    await product?.stop();
    product = null;
  } finally {
    execFileSync("umount", ["--lazy", dataDir]);
  }
});

test("a folder for files that is gone or empty takes no upload, and the rest of the product stays", {
  timeout: 240_000,
}, async () => {
  const person = await start();
  await person.put("kept.txt", "kept");
  const objects = join(dataDir, "objects");
  await rename(objects, join(dataDir, "moved"));
  for (const inPlace of ["nothing", "an empty folder"]) {
    if (inPlace !== "nothing") await mkdir(objects);
    const upload = await ask(product!.url, {
      method: "PUT",
      path: "/api/v1/files/content?name=new.txt",
      headers: person.headers,
      // More than may be kept in the database's stead.
      body: "x".repeat(200_000),
    });
    expect(upload.status, inPlace).toBe(503);
    expect(JSON.parse(upload.body)).toMatchObject({ code: "unavailable" });
    const { items } = await person.call(listFiles, { query: {} });
    expect(items.map(({ name }) => name)).toEqual(["kept.txt"]);
    const read = await ask(product!.url, { path: `/api/v1/files/${items[0]!.id}/content`, headers: person.headers });
    expect(read.status, inPlace).toBe(503);
    await eventually(
      async () => (await ask(product!.url, { path: "/readyz" })).body.includes("is its disk connected"),
      10_000,
    );
  }
  expect(await readdir(objects)).toEqual([]);
  await rm(objects, { recursive: true });
  await rename(join(dataDir, "moved"), objects);
  await eventually(async () => (await status("/readyz")) === 200, 10_000);
  expect(String(await person.read((await person.call(listFiles, { query: {} })).items[0]!.id))).toBe("kept");
  await person.put("new.txt", "x".repeat(200_000));
});

/** Starts where it must not start; what it says. */
async function refusal(): Promise<string> {
  const child = spawnProduct({ HOST: "127.0.0.1", PORT: "0", HOLDFAST_WEB: "off", HOLDFAST_DATA: dataDir });
  const output = collect(child);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  return output();
}

test("no new database is made where one is missing, and no start with a store that is not there", {
  timeout: 240_000,
}, async () => {
  const person = await start();
  await person.put("kept.txt", "x".repeat(200_000));
  await product!.stop();
  const parts = (await readdir(dataDir)).sort();

  await rename(join(dataDir, "postgres"), join(parent, "postgres"));
  expect(await refusal()).toMatch(
    /^The database of this data folder is missing \(\S+\/postgres; keys\/ and objects\/ are there\), and none is made/m,
  );
  await mkdir(join(dataDir, "postgres"));
  expect(await refusal()).toContain("is missing");
  expect(await readdir(join(dataDir, "postgres"))).toEqual([]);
  await rm(join(dataDir, "postgres"), { recursive: true });
  // As a folder of an earlier version, which has no record of its database.
  await rm(join(dataDir, "holdfast.cluster"));
  expect(await refusal()).toContain("is missing");
  await rename(join(parent, "postgres"), join(dataDir, "postgres"));

  await rename(join(dataDir, "objects"), join(parent, "objects"));
  expect(await refusal()).toMatch(/^The folder \S+\/objects does not hold the files of this installation/m);
  await mkdir(join(dataDir, "objects"));
  expect(await refusal()).toContain("does not hold the files");
  expect(await readdir(join(dataDir, "objects"))).toEqual([]);
  await rm(join(dataDir, "objects"), { recursive: true });
  await rename(join(parent, "objects"), join(dataDir, "objects"));

  product = await startProduct({ dataDir, env: settings });
  expect((await readdir(dataDir)).filter((name) => name !== "holdfast.pid").sort()).toEqual(
    parts.filter((name) => name !== "holdfast.pid"),
  );
  const again = await signIn(product.url, email);
  expect((await again.call(listFiles, { query: {} })).items.map(({ name }) => name)).toEqual(["kept.txt"]);
});
