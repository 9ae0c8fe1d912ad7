import { type ExecFileException, execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createBackup,
  createBackupTarget,
  createShare,
  listBackups,
  listBackupTargets,
  listFiles,
  listTrash,
  listVersions,
  type Share,
} from "../../../packages/contract/src/index.ts";
import { runningPostgresUrl } from "../../../packages/postgres/src/index.ts";
import { type Person, registerPerson, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { backUp, backupEnded, passwordOf, sha256 } from "./support.ts";

const FILES = 2000;
const settings = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};
const cli = join(import.meta.dirname, "../../../apps/server/src/cli.ts");
const compiled = join(import.meta.dirname, "../../../.cache/node");

let folder: string;
let dataDir: string;
let product: Product;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-drill-"));
  dataDir = join(folder, "data");
  product = await startProduct({ dataDir, env: settings });
});
afterAll(async () => {
  await product.stop();
  await rm(folder, { recursive: true, force: true });
});

function holdfast(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: dataDir, NODE_COMPILE_CACHE: compiled };
    execFile(process.execPath, [cli, ...args], { env }, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/** Rows of every table that a backup holds, by table, each as one text; without those that the restart itself writes. */
async function rowsOf(tables: readonly string[]): Promise<Map<string, string>> {
  const url = await runningPostgresUrl(join(dataDir, "postgres"));
  const client = new pg.Client({ connectionString: url as string });
  await client.connect();
  try {
    const found = new Map<string, string>();
    for (const table of tables) {
      const { rows } = await client.query(`select to_json(t)::text as line from ${table} t order by 1`);
      found.set(table, rows.map(({ line }) => line).join("\n"));
    }
    return found;
  } finally {
    await client.end();
  }
}

const tables = [
  "auth.identities",
  "holdfast.contents",
  "holdfast.content_segments",
  "holdfast.files",
  "holdfast.file_versions",
  "holdfast.sharing_links",
  "holdfast.backup_targets",
  "holdfast.backup_schedules",
];

async function fill(): Promise<{ ann: Person; admin: Person; hashes: Map<string, string>; share: Share }> {
  const admin = await signIn(product.url, "admin@example.org");
  const ann = await registerPerson(product.url, "ann");
  const hashes = new Map<string, string>();
  let next = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let i = next++; i < FILES; i = next++) {
        const bytes = Buffer.from(`file ${i} `.repeat(1 + (i % 300)));
        const owner = i % 2 === 0 ? ann : admin;
        const file = await owner.put(`file ${i}.txt`, bytes);
        hashes.set(file.id, sha256(bytes));
      }
    }),
  );
  const first = await ann.put("versions.txt", "first version");
  await ann.put("versions.txt", "second version", { onConflict: "replace" });
  hashes.set(first.id, sha256(Buffer.from("second version")));
  const trashed = await ann.put("trashed.txt", "only in the trash");
  await ann.fetch(`/api/v1/files/${trashed.id}`, { method: "DELETE" });
  const share = await ann.call(createShare, {
    body: { fileId: first.id, linkType: "permanent", password: "open sesame" },
  });
  return { ann, admin, hashes, share };
}

test(`an instance of ${FILES} files comes back from its backup alone: sign-ins, rows, bytes, versions, trash, links`, {
  timeout: 300_000,
}, async () => {
  const began = performance.now();
  const steps: string[] = [];
  const step = (name: string) => steps.push(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const { ann, admin, hashes, share } = await fill();
  step("filled");
  const safe = join(folder, "safe");
  const { id: targetId } = await admin.call(createBackupTarget, {
    body: { kind: "local", name: "Safe", folder: safe },
  });
  const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
  const backup = await backupEnded(admin, id);
  expect(backup).toMatchObject({ status: "completed", filesDone: FILES + 1, scope: "instance", error: null });
  expect(backup.verifiedAt).not.toBeNull();
  step("backed up and verified");
  const before = await rowsOf(tables);
  const password = passwordOf(dataDir);
  const kit = await holdfast("key");
  expect(kit.output).toContain(password);
  expect(kit.output).toContain(safe);

  // The disk is lost. What is left is the target, and the password from the recovery kit.
  await product.stop();
  await rm(dataDir, { recursive: true });
  const passwordFile = join(folder, "password.txt");
  await writeFile(passwordFile, `${password}\n`);
  const wrong = join(folder, "wrong.txt");
  await writeFile(wrong, "not the password\n");
  expect(await holdfast("restore", "--target", safe, "--password-file", wrong)).toMatchObject({ code: 1 });
  const listed = await holdfast("snapshots", "--target", safe, "--password-file", passwordFile);
  expect(listed.output).toContain(backup.snapshotId?.slice(0, 8));
  const restored = await holdfast("restore", "--target", safe, "--password-file", passwordFile);
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining("all checked") });

  step("restored");
  product = await product.restart(settings);
  step("started");
  expect(await rowsOf(tables)).toEqual(before);
  expect(passwordOf(dataDir)).toBe(password);
  const again = await signIn(product.url, ann.email);
  const adminAgain = await signIn(product.url, "admin@example.org");
  expect(again.id).toBe(ann.id);
  for (const person of [again, adminAgain]) {
    const { items } = await person.call(listFiles, { query: { limit: 1000 } });
    await Promise.all(
      items.map(async (file) => {
        const bytes = await person.read(file.id);
        expect([file.name, sha256(bytes)]).toEqual([file.name, hashes.get(file.id)]);
        hashes.delete(file.id);
      }),
    );
  }
  // The listing stops at 1,000 a person; each has about as many.
  for (const [fileId, hash] of hashes) {
    const owner = (await again.fetch(`/api/v1/files/${fileId}`)).ok ? again : adminAgain;
    expect(sha256(await owner.read(fileId))).toBe(hash);
  }
  step("read back");
  const versions = await again.call(listVersions, { params: { id: share.fileId } });
  expect(versions.items).toHaveLength(2);
  expect((await again.read(share.fileId, `?version=${versions.items[1]!.id}`)).toString()).toBe("first version");
  const { items: trash } = await again.call(listTrash, {});
  expect(trash.map(({ name }) => name)).toEqual(["trashed.txt"]);
  await again.fetch(`/api/v1/files/${trash[0]!.id}/restore`, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  expect((await again.read(trash[0]!.id)).toString()).toBe("only in the trash");
  const unlock = await fetch(`${product.url}/api/v1/public/shares/${share.token}/unlock`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify({ password: "open sesame" }),
  });
  expect([unlock.status, unlock.ok]).toEqual([unlock.status, true]);

  // A second restore would overwrite people: it is refused.
  await product.stop();
  const refused = await holdfast("restore", "--target", safe, "--password-file", passwordFile);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("accounts here already") });
  product = await product.restart(settings);

  // The installation goes on: its backup is in the list, and the next one finds all bytes in the target.
  const back = await signIn(product.url, "admin@example.org");
  const { items: known } = await back.call(listBackups, { query: { scope: "instance" } });
  expect(known[0]).toMatchObject({ id: backup.id, status: "completed", snapshotId: backup.snapshotId });
  expect((await back.call(listBackupTargets, {})).items.map(({ name }) => name)).toEqual(["This server", "Safe"]);
  await backUp(back, "instance");
  step("backed up again");
  console.log(steps.join(", "));
});

test("a password that is lost is set anew from the command line, beside the running server", async () => {
  const done = await holdfast("user", "reset-password", "ann@example.org", "--password", "a new long password");
  expect(done).toMatchObject({ code: 0 });
  expect((await signIn(product.url, "ann@example.org", "a new long password")).email).toBe("ann@example.org");
});

test("a damaged target says so", async () => {
  const copy = join(folder, "copy");
  await cp(join(folder, "safe"), copy, { recursive: true });
  const passwordFile = join(folder, "password.txt");
  expect((await holdfast("verify", "--target", copy, "--password-file", passwordFile)).code).toBe(0);
  const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
    execFile("find", [join(copy, "data"), "-type", "f"], (_error, text) => resolve({ stdout: text }));
  });
  const pack = stdout.trim().split("\n")[0] as string;
  const bytes = await readFile(pack);
  bytes[100] = (bytes[100] as number) ^ 1;
  await rm(pack);
  await writeFile(pack, bytes);
  const verdict = await holdfast("verify", "--target", copy, "--password-file", passwordFile);
  expect(verdict.code).toBe(1);
  expect(verdict.output).toContain("damaged");
});
