import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createShare, login, operations } from "../../../packages/contract/src/index.ts";
import { createDatabase } from "../../support/database.ts";
import { lint, type Scrape, scrape } from "../../support/operate/scrape.ts";
import type { Person } from "../../support/person.ts";
import { freePort, startProduct } from "../../support/product.ts";
import { eventually, runServer, startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await server.person();
});
afterAll(() => server.close());

const metrics = () => scrape(server.url);
const requests = "holdfast_http_request_duration_seconds";

/** How much a value grew while something was done; the answer's last byte is a little before it is counted. */
async function growth(work: () => Promise<unknown>, of: (seen: Scrape) => number | null): Promise<number> {
  const before = of(await metrics()) ?? 0;
  await work();
  return eventually(async () => (of(await metrics()) ?? 0) - before || null);
}

describe("GET /metrics", () => {
  test("passes the lint of Prometheus, and says its format", async () => {
    const answer = await fetch(`${server.url}/metrics`);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const text = await answer.text();
    expect(lint(text)).toBe("");
    expect(lint("# TYPE bad_total gauge\nbad_total 1\n")).not.toBe("");
  });

  test("counts requests by operation and class of status", async () => {
    const of = (operation: string, status: string) => (seen: Scrape) =>
      seen.value(`${requests}_count`, { operation, status });
    expect(await growth(() => person.put("one", "1"), of("putContent", "2xx"))).toBe(1);
    expect(await growth(() => person.fetch(`/api/v1/files/${person.id}`), of("getFile", "4xx"))).toBe(1);
    expect(await growth(() => fetch(`${server.url}/auth/v1/health`), of("auth_v1", "2xx"))).toBe(1);
    expect(await growth(() => fetch(`${server.url}/nowhere/at/all`), of("unknown", "4xx"))).toBe(1);
    const seen = await metrics();
    const { text } = seen;
    expect(text).toContain(`${requests}_bucket{le="0.001",operation="putContent",status="2xx",process="api"}`);
    expect(text).toContain(`${requests}_bucket{le="60",operation="putContent",status="2xx",process="api"}`);
  });

  test("counts bytes up and down, of the requests and of the store", async () => {
    const bytes = randomBytes(300_000);
    const up = (seen: Scrape) => seen.value("holdfast_http_received_bytes_total");
    expect(await growth(() => person.put("bytes", bytes), up)).toBeGreaterThanOrEqual(bytes.length);
    const file = await person.put("others", randomBytes(300_000));
    const down = (seen: Scrape) => seen.value("holdfast_http_sent_bytes_total");
    expect(await growth(() => person.read(file.id), down)).toBeGreaterThanOrEqual(300_000);
    const seen = await metrics();
    expect(seen.value("holdfast_storage_written_bytes_total", { driver: "local" })).toBeGreaterThanOrEqual(600_000);
    expect(seen.value("holdfast_storage_read_bytes_total")).toBeGreaterThanOrEqual(300_000);
    expect(seen.value("holdfast_storage_operations_total", { operation: "get", outcome: "ok" })).toBeGreaterThan(0);
  });

  test("says how many uploads are under way", async () => {
    const gate = Promise.withResolvers<void>();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from("a beginning"));
        await gate.promise;
        controller.close();
      },
    });
    const init = { method: "PUT", body, duplex: "half" } as RequestInit;
    const sending = person.fetch("/api/v1/files/content?name=slow", init);
    await eventually(async () => (await metrics()).value("holdfast_uploads_in_progress") === 1);
    gate.resolve();
    expect((await sending).status).toBe(201);
    await eventually(async () => (await metrics()).value("holdfast_uploads_in_progress") === 0);
  });

  test("counts sign-ins by outcome, and what recipients do with links", async () => {
    const refused = (seen: Scrape) =>
      seen.value("holdfast_sign_ins_total", { method: "password", outcome: "invalid_credentials" });
    const body = { email: person.email, password: "not the password", transport: "bearer" as const };
    expect(await growth(() => person.call(login, { body }).catch(() => {}), refused)).toBe(1);
    expect(
      (await metrics()).value("holdfast_sign_ins_total", { method: "password", outcome: "success" }),
    ).toBeGreaterThan(0);

    const { id } = await person.put("shared", "shared");
    const link = await person.call(createShare, { body: { fileId: id, linkType: "permanent", maxDownloads: 1 } });
    const download = () => fetch(`${server.url}/api/v1/public/shares/${link.token}/content`);
    const of = (outcome: string) => (seen: Scrape) =>
      seen.value("holdfast_link_accesses_total", { action: "download", outcome });
    expect(await growth(async () => (await download()).text(), of("completed"))).toBe(1);
    expect(await growth(async () => (await download()).text(), of("exhausted"))).toBe(1);
  });

  test("names statements as the code does, and counts what the pools did", async () => {
    await person.fetch("/api/v1/files");
    const seen = await metrics();
    const names = seen.labelValues("statement");
    expect(names).toContain("audit/audit.insertEntry");
    expect(names).toContain("transaction.commit");
    for (const name of names) expect(name).toMatch(/^(other|transaction\.\w+|[a-z-]+\/[a-z-]+\.\w+)$/);
    const [all, seconds] = ["holdfast_db_statements_total", "holdfast_db_statement_seconds_total"];
    expect(seen.value(seconds)).toBeGreaterThan(0);
    expect(seen.value("holdfast_db_statement_duration_seconds_count")).toBeGreaterThanOrEqual(
      seen.value(all) as number,
    );
    expect(seen.value("holdfast_db_pool_waits_total", { pool: "main" })).toBeGreaterThan(0);
    expect(seen.value("holdfast_db_pool_connections_limit", { pool: "main" })).toBe(20);
  });

  test("tells of the database, the queue, the worker, the disks and the backups", async () => {
    const seen = await metrics();
    const down = [...seen.labelValues("source")].filter(
      (source) => seen.value("holdfast_metrics_source_up", { source }) !== 1,
    );
    expect(down).toEqual([]);
    for (const name of ["size_bytes", "live_rows", "dead_rows", "cache_hits_total", "oldest_transaction_seconds"]) {
      expect(seen.value(`holdfast_database_${name}`), name).toBeGreaterThanOrEqual(0);
    }
    // None is connected, so that none is behind.
    expect(seen.value("holdfast_database_replicas")).toBe(0);
    expect(seen.value("holdfast_database_replication_lag_seconds")).toBeNull();
    expect(seen.value("holdfast_worker_heartbeat_age_seconds")).toBeLessThan(60);
    expect(seen.value("holdfast_jobs", { job_name: "files.scrub", state: "failed" })).toBe(0);
    expect(seen.value("holdfast_disk_free_bytes", { disk: "objects" })).toBeGreaterThan(0);
    expect(seen.value("holdfast_backup_schedules", { scope: "instance" })).toBe(0);
    expect(seen.value("holdfast_backup_last_success_timestamp_seconds")).toBeNull();
    expect(seen.value("holdfast_rehearsal_failed")).toBe(0);
    expect(seen.value("holdfast_certificate_expiry_timestamp_seconds")).toBeNull();
    expect(seen.value("holdfast_event_loop_lag_max_seconds")).toBeGreaterThanOrEqual(0);
  });

  test("counts runs of jobs, and those that failed", async () => {
    const { id } = await person.put("going", "going");
    const ran = (seen: Scrape) => seen.value("holdfast_job_runs_total", { job_name: "files.purge" });
    const purge = () => person.fetch(`/api/v1/files/${id}?permanent=true`, { method: "DELETE" });
    expect(await growth(purge, ran)).toBeGreaterThan(0);
    const { pool } = server.services;
    await pool.query(`insert into pgboss.job (name, data, state) values ('files.scrub', '{}', 'failed')`);
    await eventually(
      async () => (await metrics()).value("holdfast_jobs", { job_name: "files.scrub", state: "failed" }) === 1,
    );
  });
});

describe("who may read it", () => {
  const token = "a token for Prometheus".replaceAll(" ", "-");
  const status = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(`${url}/metrics`, { headers })).status;
  // Not what a proxy that adds no header would send either: the name by which people know the server.
  const passedOn: Record<string, string>[] = [
    { "x-forwarded-for": "203.0.113.7" },
    { via: "1.1 cdn" },
    { "x-forwarded-host": "files.example.org" },
  ];

  test("without a token the machine itself, and nobody through a proxy", async () => {
    expect(await status(server.url)).toBe(200);
    expect(await status(server.url, { authorization: "Bearer x" })).toBe(200);
    for (const headers of passedOn) expect(await status(server.url, headers)).toBe(404);
    expect(await status(server.url, { ...passedOn[0], ...server.admin.headers })).toBe(404);
  });

  test("with one, who shows it", async () => {
    const guarded = await runServer({ METRICS_TOKEN: token });
    try {
      const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
      for (const headers of passedOn) {
        expect(await status(guarded.url, headers)).toBe(401);
        expect(await status(guarded.url, { ...headers, ...bearer(token) })).toBe(200);
        for (const wrong of [`${token}x`, token.slice(1), "", "é"]) {
          expect(await status(guarded.url, { ...headers, ...bearer(wrong) }).catch(() => 401)).toBe(401);
        }
      }
      expect(await status(guarded.url)).toBe(200);
      expect(await status(guarded.url, bearer("wrong"))).toBe(401);
    } finally {
      await guarded.close();
    }
  });
});

test("the number of series has a bound, whatever is asked for", async () => {
  const odd = async (path: string, init: RequestInit = {}) => {
    await fetch(server.url + path, init).catch(() => null);
  };
  const before = await metrics();
  for (let i = 0; i < 150; i++) {
    const id = randomBytes(12).toString("hex");
    await Promise.all([
      odd(`/${id}`),
      odd(`/api/v1/files/${id}/content?name=${id}`, { headers: person.headers }),
      odd(`/api/v1/public/shares/${id}/content`),
      odd(`/auth/v1/${id}`, { method: "POST", body: id }),
      odd(`/api/v1/auth/login`, { method: "POST", body: JSON.stringify({ email: `${id}@example.org`, password: id }) }),
      odd(`/api/v1/${id}`, { method: ["OPTIONS", "PROPFIND", "TRACE", "DELETE", "PATCH"][i % 5] as string }),
    ]);
  }
  const after = await metrics();
  const names = new Set([...operations.map(({ id }) => id), "auth_v1", "openapi", "pages", "unknown"]);
  for (const operation of after.labelValues("operation", `${requests}_count`)) expect(names).toContain(operation);
  expect(after.labelValues("status", `${requests}_count`)).not.toContain("NaNxx");
  // Each series that there can be: what was asked for now added a few, and asking more adds none.
  const perOperation = 15 + 1 + 2;
  expect(after.size - before.size).toBeLessThanOrEqual(10 * perOperation);
  const bound = names.size * 5 * perOperation + 3 * 1_000 + 500;
  expect(bound).toBeLessThan(25_000);
  expect(after.size).toBeLessThan(bound / 4);
  expect(after.text).not.toMatch(/[0-9a-f]{24}|@example|[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test("a worker that runs alone serves its own metrics on a port of its own", async () => {
  const database = await createDatabase();
  const port = await freePort();
  const env = {
    DATABASE_URL: database.url,
    HOLDFAST_ROLE: "worker",
    METRICS_PORT: String(port),
    METRICS_TOKEN: "t".repeat(20),
  };
  const worker = await startProduct({ env });
  try {
    const url = `http://127.0.0.1:${port}`;
    const seen = await scrape(url);
    expect([...seen.labelValues("process")]).toEqual(["worker"]);
    expect(seen.value("holdfast_db_pool_connections_limit", { pool: "main" })).toBeGreaterThan(0);
    expect(lint(seen.text)).toBe("");
    const status = async (path: string, headers: Record<string, string>) =>
      (await fetch(url + path, { headers })).status;
    expect(await status("/metrics", { "x-forwarded-for": "203.0.113.7" })).toBe(401);
    expect(
      await status("/metrics", { "x-forwarded-for": "203.0.113.7", authorization: `Bearer ${"t".repeat(20)}` }),
    ).toBe(200);
    expect(await status("/", {})).toBe(404);
  } finally {
    await worker.stop();
    await database.drop();
  }
}, 200_000);
