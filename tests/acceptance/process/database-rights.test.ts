import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminListJobs, backupHealth, rehearseNow } from "../../../packages/contract/src/index.ts";
import { type Postgres, startPostgres } from "../../../packages/postgres/src/index.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { collect, freePort, type Product, spawnProduct, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";
import { backUp } from "../backups/support.ts";

/** A PostgreSQL of somebody else's, prepared by the words of the documentation, and with one right fewer. */
let folder: string;
let postgres: Postgres;
let sql: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-rights-"));
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), port: await freePort(), log: () => {} });
  const docs = await readFile(join(import.meta.dirname, "../../../docs/operate/install.md"), "utf8");
  sql = (/```sql\n([^`]*create role holdfast[^`]*)```/.exec(docs)?.[1] ?? "").trim().split("\n");
  expect(sql).toHaveLength(2);
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function asAdministrator(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The documented statements for a role and database of this name, changed as told. */
async function prepare(name: string, change: (statement: string) => string = (same) => same): Promise<string> {
  await asAdministrator(...sql.map((statement) => change(statement).replaceAll("holdfast", name)));
  const url = new URL(postgres.adminUrl);
  Object.assign(url, { username: name, password: "choose one", pathname: `/${name}` });
  return url.href;
}

/** What a start says that does not come up. */
async function refusal(databaseUrl: string): Promise<string> {
  const settings = { PORT: String(await freePort()), HOLDFAST_DATA: join(folder, "data"), HOLDFAST_WEB: "off" };
  const child = spawnProduct({ ...settings, DATABASE_URL: databaseUrl });
  const output = collect(child);
  const [code] = await once(child, "exit");
  expect([code, output()]).toEqual([1, expect.stringContaining("The database")]);
  expect(output()).not.toMatch(/\n\s+at /);
  return output();
}

test("a user that may not make roles, or does not own the database, is told which right is missing", async () => {
  const plain = await prepare("plain", (statement) => statement.replace(" createrole", ""));
  expect(await refusal(plain)).toContain('run: alter role "plain" createrole;');
  const guest = await prepare("guest", (statement) => statement.replace(/ owner \w+/, ""));
  expect(await refusal(guest)).toContain('run: alter database "guest" owner to "guest";');
  // What it says helps.
  await asAdministrator('alter database "guest" owner to "guest"');
  const product = await startProduct({ env: { DATABASE_URL: guest } });
  await product.stop();
}, 120_000);

test("without the right to make databases a rehearsal fails, says which right is missing, and is a failed job", async () => {
  const url = await prepare("modest", (statement) => statement.replace(" createdb", ""));
  const env = { DATABASE_URL: url, HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword };
  const product: Product = await startProduct({ env });
  try {
    const admin = await signIn(product.url, "admin@example.org");
    await backUp(admin, "instance");
    await admin.call(rehearseNow, {});
    const last = async () => (await admin.call(backupHealth, {})).lastRehearsal;
    const failed = await eventually(async () => {
      const now = await last();
      return now?.status === "running" ? null : now;
    }, 60_000);
    expect(failed).toMatchObject({ status: "failed", error: expect.stringContaining('alter role "modest" createdb;') });
    const job = await eventually(async () => {
      const { items } = await admin.call(adminListJobs, { query: { state: "failed" } });
      return items.find(({ name }) => name === "backups.rehearse");
    }, 120_000);
    expect(job.error).toContain('alter role "modest" createdb;');
    // Its tries by the queue found nothing new, and did not do the work again.
    expect((await last())?.id).toBe(failed.id);

    await asAdministrator('alter role "modest" createdb');
    await admin.call(rehearseNow, {});
    const done = await eventually(async () => {
      const now = await last();
      return now?.id === failed.id || now?.status === "running" ? null : now;
    }, 60_000);
    expect(done).toMatchObject({ status: "completed", error: null });
  } finally {
    await product.stop();
  }
}, 240_000);

test("that the database does not answer yet is said at once, and the start goes on when it does", async () => {
  const url = await prepare("later");
  const { port } = postgres;
  await postgres.stop();
  const dataDir = join(folder, "waiting");
  const settings = { HOST: "127.0.0.1", PORT: String(await freePort()), HOLDFAST_DATA: dataDir, HOLDFAST_WEB: "off" };
  const child = spawnProduct({ ...settings, DATABASE_URL: url });
  const output = collect(child);
  try {
    await eventually(() => output().includes("does not answer yet"), 60_000);
    expect(output()).toContain(`The database at 127.0.0.1:${port} does not answer yet (ECONNREFUSED): waiting up to`);
    expect(output().match(/^ {2}The database at/gm)).toHaveLength(1);
    postgres = await startPostgres({ dataDir: join(folder, "postgres"), port, log: () => {} });
    await eventually(() => /^ {2}ready /m.test(output()), 60_000);
  } finally {
    if (child.exitCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGINT");
      await exit;
    }
  }
}, 180_000);
