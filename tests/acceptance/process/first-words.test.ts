import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runS3rver, type TestS3 } from "../../../packages/storage/src/testing/run-s3rver.ts";
import { collect, freePort, type Product, spawnProduct, startProduct } from "../../support/product.ts";

/** What an administrator is told at a start that is not as it should be. */
let dataDir: string;
let product: Product | undefined;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-words-"));
});
afterEach(async () => {
  await product?.stop();
  product = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

interface Line {
  level: string;
  msg: string;
}

const log = (): Line[] => {
  const lines = product?.output().trim().split("\n") ?? [];
  return lines.map((line) => JSON.parse(line) as Line);
};

async function readyz(): Promise<{ status: number; storage: string | undefined }> {
  const answer = await fetch(`${product?.url}/readyz`);
  const { checks } = (await answer.json()) as { checks: { name: string; detail: string }[] };
  return { status: answer.status, storage: checks.find(({ name }) => name === "storage")?.detail };
}

test("under a service there is nothing but the log, and it says where the token is, not what it is", async () => {
  product = await startProduct({ dataDir, service: true });
  const tokenFile = join(dataDir, "keys", "setup-token");
  expect(product.setupToken).toBe(readFileSync(tokenFile, "utf8").trim());
  expect(product.output()).not.toContain(product.setupToken);
  expect(log()).toContainEqual(
    expect.objectContaining({ level: "info", page: expect.stringMatching(/\/setup$/), tokenFile }),
  );
});

test("unknown settings are named with the one that was meant, and others' are left alone", async () => {
  const env = { PUBLIC_ULR: "https://files.example.org", HOLDFAST_PORT: "80", SMTP_HOST: "mail", AWS_REGION: "x" };
  product = await startProduct({ dataDir, service: true, env });
  const warnings = log().filter(({ level, msg }) => level === "warn" && msg.includes("no such setting"));
  expect(warnings.map(({ msg }) => msg)).toEqual([
    "PUBLIC_ULR is set, but Holdfast has no such setting and ignores it. Did you mean PUBLIC_URL?",
    "HOLDFAST_PORT is set, but Holdfast has no such setting and ignores it. Did you mean PORT?",
    "SMTP_HOST is set, but Holdfast has no such setting and ignores it. Did you mean SMTP_URL?",
  ]);
});

test("STORAGE_DRIVER=supabase is one sentence", async () => {
  const env = { SUPABASE_URL: "https://x.supabase.co", SUPABASE_ANON_KEY: "a", SUPABASE_SERVICE_ROLE_KEY: "b" };
  const database = { DATABASE_URL: "postgres://a@127.0.0.1:1/b" };
  const child = spawnProduct({ HOLDFAST_DATA: dataDir, STORAGE_DRIVER: "supabase", ...env, ...database });
  const output = collect(child);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(output().trim()).toMatch(
    /^STORAGE_DRIVER must be local or s3 \([^\n]+ S3 keys of its settings\), but is "supabase"\.$/,
  );
});

test("a second start on the same folder and port says that the first one runs", async () => {
  product = await startProduct({ dataDir });
  const child = spawnProduct({
    HOLDFAST_DATA: dataDir,
    HOST: "127.0.0.1",
    PORT: new URL(product.url).port,
    HOLDFAST_WEB: "off",
  });
  const output = collect(child);
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(output()).toContain(`Holdfast is already running on ${dataDir} (process ${product.pid}): stop it first`);
  expect(output()).not.toContain("is in use");
});

/** Starts on an S3 store with these settings, and gives what the log and `/readyz` say of it. */
async function startOn(settings: Record<string, string>): Promise<string | undefined> {
  product = await startProduct({ dataDir, service: true, env: { STORAGE_DRIVER: "s3", ...settings } });
  const { status, storage } = await readyz();
  expect(status).toBe(503);
  const errors = log().filter(({ level }) => level === "error");
  expect(errors.map(({ msg }) => msg)).toEqual([storage]);
  return storage;
}

test("a bucket that is missing and a key that is wrong are told at the start and in /readyz", async () => {
  const s3: TestS3 = await runS3rver();
  const { accessKeyId, secretAccessKey } = s3.credentials;
  const keys = { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
  try {
    expect(await startOn({ S3_ENDPOINT: s3.endpoint, S3_BUCKET: "elsewhere", ...keys })).toBe(
      `The file store cannot be used: There is no bucket "elsewhere" at ${s3.endpoint} (NoSuchBucket). Make it, or check S3_BUCKET.`,
    );
    await product?.stop();
    expect(await startOn({ S3_ENDPOINT: s3.endpoint, S3_BUCKET: s3.bucket, ...keys, S3_ACCESS_KEY_ID: "NOBODY" })).toBe(
      `The file store cannot be used: ${s3.endpoint} does not know the access key (InvalidAccessKeyId). Check S3_ACCESS_KEY_ID.`,
    );
  } finally {
    await s3.close();
  }
}, 120_000);

test("a store that cannot be reached is told with its address and the system's word", async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const keys = { S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "b" };
  expect(await startOn({ S3_ENDPOINT: endpoint, S3_BUCKET: "files", ...keys })).toBe(
    `The file store cannot be used: The object store at ${endpoint} cannot be reached (ECONNREFUSED). Check S3_ENDPOINT, and that the service runs.`,
  );
}, 120_000);
