import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCertificate } from "../../support/certificate.ts";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import { collect, freePort, type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** What the image runs: its health check beside products of each role, and its command line. */
const repository = join(import.meta.dirname, "../../..");

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let folder: string;
let database: TestDatabase;
const running: Product[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-healthcheck-"));
  database = await createDatabase();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((product) => product.stop()));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string>, dataDir = folder): Promise<Product> {
  const product = await startProduct({ dataDir, env });
  running.push(product);
  return product;
}

async function run(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, { env: { PATH: `${join(process.execPath, "..")}:${process.env.PATH}`, ...env } });
  const output = collect(child);
  const [code] = (await once(child, "close")) as [number];
  return { code, text: output() };
}

async function withDatabase(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await work(client).finally(() => client.end());
}

const check = (env: Record<string, string>) =>
  run(process.execPath, [join(repository, "apps/server/src/healthcheck.ts")], env);
const portOf = ({ url }: Product) => new URL(url).port;

test("role all is asked where it listens, and is not well while its folder is away", async () => {
  const product = await start({});
  const env = { PORT: portOf(product) };
  expect(await check(env)).toEqual({ code: 0, text: "Role all is well.\n" });
  await rename(folder, `${folder}.away`);
  try {
    await eventually(async () => (await fetch(`${product.url}/readyz`)).status === 503, 30_000);
    expect(await check({ ...env, HOST: "127.0.0.1" })).toMatchObject({
      code: 1,
      text: expect.stringMatching(/readyz answers 503: .*"away"/),
    });
  } finally {
    await rename(`${folder}.away`, folder);
  }
  await product.stop();
  expect(await check(env)).toMatchObject({ code: 1, text: expect.stringContaining("does not answer (ECONNREFUSED)") });
});

test("with a certificate it is asked by https", async () => {
  const { cert, key } = createCertificate("files.example.org");
  const env = { TLS_CERT_FILE: join(folder, "cert.pem"), TLS_KEY_FILE: join(folder, "key.pem") };
  await writeFile(env.TLS_CERT_FILE, cert);
  await writeFile(env.TLS_KEY_FILE, key);
  const product = await start(env, join(folder, "data"));
  expect(await check({ ...env, PORT: portOf(product) })).toEqual({ code: 0, text: "Role all is well.\n" });
});

test("roles api and worker, each by what it does", async () => {
  const shared = { DATABASE_URL: database.url };
  const api = await start({ ...shared, HOLDFAST_ROLE: "api" });
  const asApi = { ...shared, HOLDFAST_ROLE: "api", PORT: portOf(api) };
  const asWorker = { ...shared, HOLDFAST_ROLE: "worker" };
  expect(await check(asApi)).toEqual({ code: 0, text: "Role api is well.\n" });
  expect(await check(asWorker)).toEqual({ code: 1, text: "No worker has run yet.\n" });
  const worker = await start(asWorker);
  await withDatabase((client) =>
    eventually(
      async () => (await client.query("select from holdfast.settings where key = 'worker.heartbeat'")).rowCount,
    ),
  );
  expect(await check(asWorker)).toEqual({ code: 0, text: "Role worker is well.\n" });
  await worker.stop();
  await withDatabase((client) =>
    client.query(
      "update holdfast.settings set updated_at = now() - interval '2 minutes' where key = 'worker.heartbeat'",
    ),
  );
  expect(await check(asWorker)).toEqual({
    code: 1,
    text: expect.stringMatching(/^No worker has been alive for \d{3} s\.$/m),
  });
  const nowhere = { HOLDFAST_ROLE: "worker", DATABASE_URL: `postgres://x:y@127.0.0.1:${await freePort()}/x` };
  expect(await check(nowhere)).toEqual({ code: 1, text: "The database does not answer (ECONNREFUSED).\n" });
});

test("a mistake in the settings is named", async () => {
  expect(await check({ PORT: "web" })).toMatchObject({ code: 1, text: expect.stringContaining("PORT must be") });
});

test("the command line of the image works beside the server, by its link", async () => {
  const env = { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: "correct horse battery" };
  await start(env);
  const link = join(folder, "holdfast");
  await symlink(join(repository, "ops/container/holdfast"), link);
  const holdfast = (...args: string[]) => run(link, args, { HOLDFAST_DATA: folder });
  expect(await holdfast("backup")).toMatchObject({ code: 0 });
  expect(await holdfast("snapshots")).toMatchObject({ code: 0, text: expect.stringContaining("instance") });
});
