import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  createBackupTarget,
  createShare,
  type Problem,
  type SetupRestore,
  type SetupSnapshot,
  type Share,
} from "../../../packages/contract/src/index.ts";
import { createS3Store } from "../../../packages/storage/src/index.ts";
import { runS3rver } from "../../../packages/storage/src/testing/run-s3rver.ts";
import { type Person, registerPerson, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { backUp, backupEnded, passwordOf } from "./support.ts";

/** A lost server's target, and what was on the server. */
let folder: string;
let safe: string;
let password: string;
let share: Share;
let fileId: string;
let film: Buffer;
const running: Product[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-setup-"));
  safe = join(folder, "safe");
  const env = {
    SIGNUP: "open",
    HOLDFAST_ADMIN_EMAIL: "admin@example.org",
    HOLDFAST_ADMIN_PASSWORD: testPassword,
  };
  const lost = await startProduct({ env });
  running.push(lost);
  const admin = await signIn(lost.url, "admin@example.org");
  const ann = await registerPerson(lost.url, "ann");
  film = randomBytes(40_000_000);
  fileId = (await ann.put("film.bin", film)).id;
  await Promise.all(Array.from({ length: 60 }, (_, i) => ann.put(`note ${i}.txt`, `note ${i}`)));
  share = await ann.call(createShare, { body: { fileId, linkType: "permanent", password: "open sesame" } });
  const { id: targetId } = await admin.call(createBackupTarget, {
    body: { kind: "local", name: "Safe", folder: safe },
  });
  // Of an account: no instance can be restored from it.
  await backupEnded(ann, (await ann.call(createBackup, { body: { targetId } })).id);
  const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
  expect((await backupEnded(admin, id)).status).toBe("completed");
  password = passwordOf(lost.dataDir);
});
afterEach(async () => {
  for (const product of running.splice(0)) await product.stop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function empty(env: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct({ env: { HOLDFAST_AUTH_RATE_LIMIT: "0", ...env } });
  running.push(product);
  return product;
}

async function post<T>(
  product: Product,
  path: string,
  body: object,
): Promise<{ status: number; body: T & Pick<Problem, "code" | "detail"> }> {
  const answer = await fetch(`${product.url}/api/v1/setup${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as T & Pick<Problem, "code" | "detail"> };
}

const state = async (product: Product) =>
  ((await (await fetch(`${product.url}/api/v1/setup/restore`)).json()) as { state: string }).state;

/** Asks until the restore has ended: the answer is then `setup_done`, or says why it failed. The API is away for a moment at the end. */
async function ended(
  product: Product,
): Promise<{ status: number; body: SetupRestore & Pick<Problem, "code" | "detail"> }> {
  for (const end = performance.now() + 120_000; performance.now() < end; await sleep(20)) {
    const now = await post<SetupRestore>(product, "/restore/progress", { token: product.setupToken }).catch(() => null);
    if (now && now.body.status !== "running") return now;
  }
  throw new Error("The restore did not end in time.");
}

test("says in clear sentences why it cannot begin, and changes nothing", async () => {
  const product = await empty();
  const token = product.setupToken as string;
  const ask = (wanted: object) =>
    post<{ items: SetupSnapshot[] }>(product, "/restore/snapshots", { token, place: safe, password, ...wanted });
  await mkdir(join(folder, "nothing"));
  for (const [wanted, code, sentence] of [
    [{ token: `${token}x` }, "setup_token_invalid", "The set-up token is wrong"],
    [{ place: "backups" }, "target_unusable", "whole path"],
    [{ place: join(folder, "away") }, "target_unusable", "There is no folder"],
    [{ place: join(folder, "nothing") }, "target_unusable", "There is no backup repository in"],
    [{ password: "not the password" }, "target_unusable", "The password does not open these backups"],
    [{ place: "s3:bucket" }, "target_unusable", "is not of the form s3:https://host/bucket/prefix"],
    [{ place: "s3:http://127.0.0.1:1/bucket" }, "target_unusable", "needs its access key"],
  ] as const) {
    const { body } = await ask(wanted);
    expect([body.code, body.detail]).toEqual([code, expect.stringContaining(sentence)]);
  }
  expect(await readdir(join(folder, "nothing"))).toEqual([]);
  const { body } = await ask({});
  expect(body.items).toMatchObject([{ files: 61, accounts: 2, problem: null }]);
  expect(body.items[0]?.bytes).toBeGreaterThan(film.length);
  const wrong = await post(product, "/restore", { token, place: safe, password, snapshotId: "0".repeat(64) });
  expect(wrong.body.code).toBe("not_found");
  expect(await state(product)).toBe("offered");
});

test("restores the instance on the page's behalf while the server runs; then set-up is done", async () => {
  const product = await empty();
  const token = product.setupToken as string;
  const place = { token, place: safe, password };
  const { body: found } = await post<{ items: SetupSnapshot[] }>(product, "/restore/snapshots", place);
  const wanted = { ...place, snapshotId: found.items[0]?.id };
  const [begun, twice] = await Promise.all([
    post<SetupRestore>(product, "/restore", wanted),
    post(product, "/restore", wanted),
  ]);
  expect([begun.status, twice.status].filter((status) => status === 202)).toHaveLength(1);
  expect(await state(product)).toBe("running");
  // While it runs, nobody becomes an admin, nothing asks the tables, and who has no token learns nothing.
  const intruder = await post(product, "", { token, email: "x@example.org", password: testPassword });
  expect([intruder.status, intruder.body.code]).toEqual([503, "unavailable"]);
  expect((await fetch(`${product.url}/api/v1/files`)).status).toBeGreaterThan(400);
  expect((await fetch(`${product.url}/auth/v1/settings`)).status).toBe(503);
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
  expect((await post(product, "/restore/progress", { token: "guess" })).body.code).toBe("setup_token_invalid");

  expect((await ended(product)).body.code).toBe("setup_done");
  expect(await state(product)).toBe("done");
  const ann: Person = await signIn(product.url, "ann@example.org");
  expect((await ann.read(fileId)).equals(film)).toBe(true);
  const unlock = await fetch(`${product.url}/api/v1/public/shares/${share.token}/unlock`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify({ password: "open sesame" }),
  });
  expect(unlock.ok).toBe(true);
  // The worker is a new one as well, and the password of the backups is the old one.
  expect(passwordOf(product.dataDir)).toBe(password);
  const admin = await signIn(product.url, "admin@example.org");
  await backUp(admin, "instance");
  for (const path of ["/restore", "/restore/snapshots", "/restore/progress"]) {
    const denied = await post(product, path, wanted);
    expect([path, denied.status, denied.body.code]).toEqual([path, 409, "setup_done"]);
  }
  expect((await readdir(join(product.dataDir, "keys"))).includes("setup-token")).toBe(false);
  // What was built again is what a start builds.
  const again = await product.restart();
  running.splice(0, 1, again);
  expect((await (await signIn(again.url, "ann@example.org")).read(fileId)).length).toBe(film.length);
}, 240_000);

test("brings an instance back from a bucket", async () => {
  const { endpoint, bucket, credentials, close } = await runS3rver();
  try {
    const store = await createS3Store({ endpoint, bucket, region: "us-east-1", pathStyle: true, credentials });
    for (const entry of await readdir(safe, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) await store.put(`kept/here/${relative(safe, path)}`, await readFile(path));
    }
    await store.close();
    const product = await empty();
    const place = { token: product.setupToken, place: `s3:${endpoint}/${bucket}/kept/here`, password, ...credentials };
    const wrong = await post(product, "/restore/snapshots", { ...place, place: `s3:${endpoint}/${bucket}/elsewhere` });
    expect(wrong.body.detail).toContain("There is no backup repository in");
    const { body: found } = await post<{ items: SetupSnapshot[] }>(product, "/restore/snapshots", place);
    expect(found.items).toMatchObject([{ files: 61, accounts: 2 }]);
    await post(product, "/restore", { ...place, snapshotId: found.items[0]?.id });
    expect((await ended(product)).body.code).toBe("setup_done");
    expect((await (await signIn(product.url, "ann@example.org")).read(fileId)).equals(film)).toBe(true);
  } finally {
    await close();
  }
}, 240_000);

test("killed in the middle, it leaves an empty installation, which is restored with the same token", async () => {
  const product = await empty();
  const place = { token: product.setupToken, place: safe, password };
  const { body: found } = await post<{ items: SetupSnapshot[] }>(product, "/restore/snapshots", place);
  const wanted = { ...place, snapshotId: found.items[0]?.id };
  await post(product, "/restore", wanted);
  for (let now: SetupRestore | null = null; (now?.piecesDone ?? 0) === 0; ) {
    now = (await post<SetupRestore>(product, "/restore/progress", { token: product.setupToken })).body;
    expect(now.status).toBe("running");
  }
  await product.kill9();
  const again = await product.restart();
  running.splice(0, 1, again);
  expect(again.setupToken).toBe(product.setupToken);
  expect(await state(again)).toBe("offered");
  expect((await post(again, "/restore", wanted)).status).toBe(202);
  expect((await ended(again)).body.code).toBe("setup_done");
  expect((await (await signIn(again.url, "ann@example.org")).read(fileId)).equals(film)).toBe(true);
}, 240_000);

test("one that fails says why, and leaves set-up as it was, with the same token", async () => {
  const damaged = join(folder, "damaged");
  await cp(safe, damaged, { recursive: true });
  const packs = await readdir(join(damaged, "data"), { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    packs
      .filter((entry) => entry.isFile())
      .map(async (entry) => ({
        path: join(entry.parentPath, entry.name),
        bytes: await readFile(join(entry.parentPath, entry.name)),
      })),
  );
  const largest = sizes.sort((a, b) => b.bytes.length - a.bytes.length)[0]!;
  largest.bytes.fill(7, 1000, 100_000);
  await rm(largest.path);
  await writeFile(largest.path, largest.bytes);

  const product = await empty();
  const token = product.setupToken as string;
  const place = { token, place: damaged, password };
  const { body: found } = await post<{ items: SetupSnapshot[] }>(product, "/restore/snapshots", place);
  const begun = await post<SetupRestore>(product, "/restore", { ...place, snapshotId: found.items[0]?.id });
  expect(begun).toMatchObject({ status: 202, body: { status: "running" } });
  const { body: failed } = await ended(product);
  expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining("damaged") });
  expect(await state(product)).toBe("offered");
  expect((await readFile(join(product.dataDir, "keys", "setup-token"), "utf8")).trim()).toBe(token);

  const made = await post(product, "", { token, email: "new@example.org", password: testPassword });
  expect(made.status).toBe(201);
  const person = await signIn(product.url, "new@example.org");
  const { id } = await person.put("first.txt", "first");
  expect((await person.read(id)).toString()).toBe("first");
  await backUp(person);
}, 240_000);

test("is not for an installation where people are, and who guesses the token must wait", async () => {
  const product = await empty({ SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "30" });
  await registerPerson(product.url, "early");
  const place = { token: product.setupToken, place: safe, password };
  const refused = await post(product, "/restore/snapshots", place);
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("1 accounts here already")]);
  const answers: string[] = [];
  for (let i = 0; i < 12; i++) {
    const path = ["/restore", "/restore/snapshots", "/restore/progress"][i % 3] as string;
    answers.push((await post(product, path, { ...place, token: `guess ${i}`, snapshotId: "x" })).body.code);
  }
  expect(answers.slice(0, 10)).toEqual(Array(10).fill("setup_token_invalid"));
  expect(answers.slice(10)).toEqual(["rate_limited", "rate_limited"]);
});
