import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup, createBackupTarget } from "../../../packages/contract/src/index.ts";
import { runS3rver, type TestS3 } from "../../../packages/storage/src/testing/run-s3rver.ts";
import { type Person, signIn } from "../../support/person.ts";
import { startProduct } from "../../support/product.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { type SignedGateway, startSignedGateway } from "../../support/signed-gateway.ts";
import { backupEnded, hashFolder, plant, type Tree } from "./support.ts";

/** The recovery kit's own commands, run by a shell that has nothing but them, with the stock restic. */
const repository = join(import.meta.dirname, "../../..");
let server: TestServer;
let s3: TestS3;
let gateway: SignedGateway;
let folder: string;
let kit: string;
const secretAccessKey = "known/to+those/with/the/bucket";
const region = "eu-somewhere-1";
const people = new Map<string, Tree>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-kit-"));
  server = await startServer();
  s3 = await runS3rver();
  gateway = await startSignedGateway(s3.endpoint, { secretAccessKey, region });
  const { accessKeyId } = s3.credentials;
  const { admin } = server;
  const body = { kind: "local" as const, name: "Attic: the disk", folder: join(folder, "ann's disk") };
  const targets = [
    await admin.call(createBackupTarget, { body }),
    await admin.call(createBackupTarget, {
      body: {
        ...{ kind: "s3", name: "Bucket", prefix: "holdfast/one/", region },
        ...{ endpoint: gateway.url, bucket: s3.bucket, accessKeyId, secretAccessKey },
      },
    }),
  ];
  for (const name of ["ann", "ben"]) {
    const person = await server.person(name);
    const { tree } = await plant(person, [[`of ${name}/file.txt`, Buffer.from(`${name}'s`)]]);
    people.set(person.email, tree);
    for (const { id } of targets) {
      // The last backup of each target is that of one account.
      if (name === "ben") await backUp(admin, "instance", id);
      if (name === "ben") await backUp(person, "account", id);
    }
  }
  const answer = await admin.fetch("/api/v1/admin/backups/recovery-kit");
  kit = await answer.text();
});
afterAll(async () => {
  await server.close();
  await gateway.close();
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

async function backUp(person: Person, scope: "account" | "instance", targetId: string): Promise<void> {
  const { id } = await person.call(createBackup, { body: { scope, targetId } });
  expect(await backupEnded(person, id)).toMatchObject({ status: "completed", error: null });
}

/** The commands of a chapter for one target, with what the kit says to put in. */
function commandsOf(chapter: string, target: string): string {
  const lines = kit
    .split(`\n${chapter}\n`)[1]!
    .split(/\n(?=[A-Z ]+\n)/)[0]!
    .split("\n");
  let place: string | null = null;
  const chosen: string[] = [];
  for (const line of lines) {
    const from = /^ {2}From (.*):$/.exec(line)?.[1];
    if (from !== undefined) place = from;
    else if (line.startsWith("    ") && (place === null || place === target)) chosen.push(line.trim());
  }
  return chosen.join("\n").replaceAll("<secret key of the bucket>", secretAccessKey);
}

/** A shell that knows where programs are, and nothing else. */
function sh(script: string, cwd: string, env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-e", "-c", script], {
      ...{ cwd, stdio: ["ignore", "pipe", "pipe"] },
      env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject).on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

async function emptyFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

/** As if Holdfast had been installed there: `npm run` is started in it. */
async function programFolder(name: string): Promise<string> {
  const path = await emptyFolder(name);
  for (const entry of await readdir(repository)) {
    if (!entry.startsWith(".") && entry !== "data") await symlink(join(repository, entry), join(path, entry));
  }
  return path;
}

test.each(["Attic: the disk", "Bucket"])(
  "restic restores everybody from %s, although the newest backup is one account's",
  async (target) => {
    const place = await emptyFolder(`restic ${target}`);
    const script = commandsOf("RESTORE WITHOUT HOLDFAST", target);
    expect(script.match(/^restic /gm)).toHaveLength(2);
    const { code, output } = await sh(script, place);
    expect([code, output]).toEqual([0, expect.stringContaining("restoring <Snapshot")]);
    expect(output.match(/ (instance|account),|,(instance|account)\b|\b(instance|account)$/gm)?.length).toBeGreaterThan(
      1,
    );
    for (const [email, tree] of people) expect(await hashFolder(join(place, "restored", "files", email))).toEqual(tree);
    expect(await readdir(join(place, "restored", "catalog"))).toContain("manifest.json");
  },
);

test.each(["Attic: the disk", "Bucket"])(
  "Holdfast restores everything from %s",
  { timeout: 180_000 },
  async (target) => {
    const dataDir = join(folder, `data ${target}`);
    const script = commandsOf("RESTORE WITH HOLDFAST", target);
    expect(script).toContain("npm run holdfast -- restore");
    const { code, output } = await sh(script, await programFolder(`program ${target}`), { HOLDFAST_DATA: dataDir });
    expect([code, output]).toEqual([0, expect.stringContaining("all checked")]);
    const product = await startProduct({ dataDir });
    try {
      expect((await signIn(product.url, "ann@example.org")).email).toBe("ann@example.org");
    } finally {
      await product.stop();
    }
  },
);

test("a bucket's secret key is not in the kit, and nothing works without it", async () => {
  expect(kit).not.toContain(secretAccessKey);
  const script = commandsOf("RESTORE WITHOUT HOLDFAST", "Bucket").replaceAll(secretAccessKey, "another");
  const { code, output } = await sh(script, await emptyFolder("wrong"));
  expect([code, output]).toEqual([1, expect.stringContaining("Access Denied")]);
});
