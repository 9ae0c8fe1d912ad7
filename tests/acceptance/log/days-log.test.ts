import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { doADaysWork } from "./days-work.ts";
import { Secrets } from "./secrets.ts";

/** The log of a day, at its most talkative, holds nothing that opens anything, and nothing of what people called their files. */
let mailbox: Mailbox;
let pages: Server;
let pagesUrl: string;
beforeAll(async () => {
  mailbox = await startMailbox();
  // In place of the pages' process. It breaks off now and then, which the API tells in its log.
  let count = 0;
  pages = createServer((request, response) => {
    if (++count % 3 === 0) return void request.socket.destroy();
    response.end("<p>a page</p>");
  }).listen(0, "127.0.0.1");
  await once(pages, "listening");
  pagesUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await mailbox.close();
  pages.close();
});

/** What the day has written to standard output, and into the files of the data folder. */
async function dayOf(env: Record<string, string>, secrets: Secrets): Promise<{ log: string; files: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-days-log-"));
  const product: Product = await startProduct({
    ...{ service: true, dataDir },
    env: {
      LOG_LEVEL: "trace",
      HOLDFAST_WEB_URL: pagesUrl,
      SIGNUP: "open",
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      ...env,
    },
  });
  try {
    mailbox.received.length = 0;
    await doADaysWork(product, mailbox, secrets);
  } finally {
    await product.stop();
  }
  const folder = join(dataDir, "logs");
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  await rm(dataDir, { recursive: true, force: true });
  return { log: product.output(), files: files.join("") };
}

/** All that the database has of the log. */
async function linesKept(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ line: string }>("select concat_ws(' ', l) as line from holdfast.log_lines l");
  await client.end();
  return rows.map(({ line }) => line);
}

/** A log that says nothing holds no secret either. */
function expectTalkative(log: string): void {
  const lines = log.trim().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as { msg?: string; part?: string });
  expect(parsed.filter(({ msg }) => msg === "request").length).toBeGreaterThan(60);
  expect(parsed.some(({ part }) => part === "worker")).toBe(true);
}

test("of an installation by itself", async () => {
  const secrets = new Secrets();
  const { log, files } = await dayOf({ SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` }, secrets);
  expect(secrets.size).toBeGreaterThan(30);
  expectTalkative(log);
  expectTalkative(files);
  expect(secrets.findIn(files)).toEqual([]);
  expect(secrets.findIn(log)).toEqual([]);
}, 240_000);

test("of an installation with a database of its own", async () => {
  const secrets = new Secrets();
  const database: TestDatabase = await createMigratedDatabase();
  try {
    const address = new URL(database.url);
    // The cluster of the tests asks for none, and takes any.
    address.password = secrets.add("the database's password", "database-pass-01");
    const { log, files } = await dayOf(
      { DATABASE_URL: address.href, SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` },
      secrets,
    );
    expectTalkative(log);
    expect(secrets.findIn(files)).toEqual([]);
    const kept = await linesKept(database.url);
    expect(kept.length).toBeGreaterThan(0);
    expect(secrets.findIn(kept.join("\n"))).toEqual([]);
    expect(secrets.findIn(log)).toEqual([]);
  } finally {
    await database.drop();
  }
}, 240_000);

test("of one whose store, mail server and database refuse it", async () => {
  const secrets = new Secrets();
  const store = createServer((_request, response) => void response.writeHead(403).end()).listen(0, "127.0.0.1");
  await once(store, "listening");
  const product = await startProduct({
    service: true,
    env: {
      LOG_LEVEL: "trace",
      STORAGE_DRIVER: "s3",
      S3_ENDPOINT: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
      S3_BUCKET: "files",
      S3_ACCESS_KEY_ID: secrets.add("the store's key id", "AKIA0123456789EXAMPLE"),
      S3_SECRET_ACCESS_KEY: secrets.add("the store's key", "store/secret+0123456789="),
      SMTP_URL: `smtp://someone:${secrets.add("the mail server's password", "mail pass 42")}@127.0.0.1:1`.replaceAll(
        " ",
        "%20",
      ),
      HOLDFAST_ADMIN_EMAIL: "admin@example.org",
      HOLDFAST_ADMIN_PASSWORD: secrets.add("the admin's password", "from the settings 42"),
    },
  });
  const headers = { "content-type": "application/json" };
  const post = (path: string, body: object, more = {}) =>
    fetch(product.url + path, { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });
  try {
    const answer = await post("/api/v1/auth/login", {
      email: "admin@example.org",
      password: "from the settings 42",
      transport: "bearer",
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const authorization = `Bearer ${secrets.add("an access token", accessToken)}`;
    const name = secrets.add("a file's name", "contract with nobody.txt");
    const put = await fetch(`${product.url}/api/v1/files/content?name=${encodeURIComponent(name)}`, {
      method: "PUT",
      headers: { authorization },
      body: "bytes",
    });
    expect(put.status).toBe(503);
    await post("/api/v1/auth/recover", { email: "admin@example.org" });
    await post("/api/v1/admin/users/invitations", { email: "dora@example.org" }, { authorization });
  } finally {
    await product.stop();
    store.close();
  }
  const log = product.output();
  expect(log).toContain('"level":"error"');
  expect(secrets.findIn(log)).toEqual([]);
}, 120_000);

test("a start that the database refuses repeats no password", async () => {
  const secrets = new Secrets();
  const password = secrets.add("a wrong password", "p@ss/word 42");
  const wrong = `postgres://holdfast:${encodeURIComponent(password)}@127.0.0.1:1/holdfast`;
  const started = startProduct({ service: true, env: { DATABASE_URL: wrong, LOG_LEVEL: "trace" } });
  const text = await started.then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(text).toContain("check DATABASE_URL");
  expect(secrets.findIn(text)).toEqual([]);
}, 120_000);
