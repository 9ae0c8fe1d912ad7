import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup, getBackup, getRestore, listFiles, restoreBackup } from "../../../packages/contract/src/index.ts";
import { type Person, registerPerson, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { backupEnded, hashFolder, plant, restic, sha256, type Tree } from "./support.ts";

const settings = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};
let product: Product;
let ann: Person;
let tree: Tree;

beforeAll(async () => {
  product = await startProduct({ env: settings });
  ann = await registerPerson(product.url, "ann");
  const files = Array.from({ length: 12 }, (_, i): [string, Uint8Array] => [`f/${i % 3}/${i}`, randomBytes(4_000_000)]);
  ({ tree } = await plant(ann, files));
});
afterAll(() => product.stop());

test("killed in the middle of a backup, again and again, it completes by itself after the restart", async () => {
  const { id } = await ann.call(createBackup, { body: {} });
  const kills: string[] = [];
  for (const wait of [150, 500]) {
    for (const end = performance.now() + 20_000; performance.now() < end; await sleep(10)) {
      const { status } = await ann.call(getBackup, { params: { id } });
      if (status !== "queued") break;
    }
    await sleep(wait);
    const { status, phase, bytesDone } = await ann.call(getBackup, { params: { id } });
    kills.push(`${status} ${phase} ${bytesDone}`);
    await product.kill9();
    product = await product.restart();
    ann = await signIn(product.url, ann.email);
  }
  const restarted = performance.now();
  const backup = await backupEnded(ann, id);
  const seconds = (performance.now() - restarted) / 1000;
  console.log(`killed while: ${kills.join("; ")}; completed ${seconds.toFixed(1)} s after the last restart`);
  expect(backup).toMatchObject({ status: "completed", filesDone: 12, error: null });
  expect(backup.verifiedAt).not.toBeNull();

  await restic(product.dataDir, "check", "--read-data");
  const snapshots = JSON.parse(await restic(product.dataDir, "snapshots", "--json")) as unknown[];
  expect(snapshots).toHaveLength(1);
  const out = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  await restic(product.dataDir, "restore", "latest", "--target", out);
  expect(await hashFolder(join(out, "files", ann.email))).toEqual(tree);
  await rm(out, { recursive: true });

  const { id: restoreId } = await ann.call(restoreBackup, { params: { id }, body: {} });
  for (;;) {
    const { status, filesDone } = await ann.call(getRestore, { params: { id: restoreId } });
    if (filesDone > 0 || status === "completed") break;
    await sleep(10);
  }
  await product.kill9();
  product = await product.restart();
  ann = await signIn(product.url, ann.email);
  for (;;) {
    const { status, error } = await ann.call(getRestore, { params: { id: restoreId } });
    if (status === "completed") break;
    expect([status, error]).toEqual([expect.stringMatching(/queued|running/), null]);
    await sleep(100);
  }
  const restored = await ann.call(getRestore, { params: { id: restoreId } });
  expect(await hashLive(restored.folderId!)).toEqual(tree);
}, 120_000);

/** Exactly these files, each once. */
async function hashLive(parentId: string, prefix = ""): Promise<Tree> {
  const found: Tree = new Map();
  const { items } = await ann.call(listFiles, { query: { parentId, limit: 1000 } });
  for (const { id, name, kind } of items) {
    if (kind === "folder") for (const entry of await hashLive(id, `${prefix}${name}/`)) found.set(...entry);
    else found.set(prefix + name, sha256(await ann.read(id)));
  }
  return found;
}
