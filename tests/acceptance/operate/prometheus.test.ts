import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminListJobs, createBackup, createShare, operations } from "../../../packages/contract/src/index.ts";
import { dashboardExpressions, metricsIn, wordsFor } from "../../support/operate/expressions.ts";
import { ops, type Prometheus, startPrometheus } from "../../support/operate/prometheus.ts";
import { type Scrape, scrape } from "../../support/operate/scrape.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** Debian's Prometheus scrapes the product, as `docs/operate/monitor.md` sets it up. */
const token = "prometheus-and-nobody-else";
let product: Product;
let prometheus: Prometheus;
let seen: Scrape;
beforeAll(async () => {
  const email = "admin@example.org";
  const env = { METRICS_TOKEN: token, HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword };
  product = await startProduct({ env });
  prometheus = await startPrometheus(new URL(product.url).host, token);
  const admin = await signIn(product.url, email);
  await admin.call(createBackup, { body: { scope: "instance" } });
  await eventually(
    async () => (await scrape(product.url)).value("holdfast_backup_last_success_timestamp_seconds"),
    60_000,
  );
  // Two scrapes with the same series between them, and something done: a rate needs both.
  for (let round = 0; round < 2; round++) {
    const { id } = await admin.put(`file ${round}`, `bytes ${round}`);
    await admin.read(id);
    await admin.fetch("/api/v1/files");
    await admin.call(adminListJobs, { query: {} });
    const { token: link } = await admin.call(createShare, { body: { fileId: id, linkType: "permanent" } });
    await (await fetch(`${product.url}/api/v1/public/shares/${link}/content`)).text();
    await signIn(product.url, email);
    const scrapes = 'sum(holdfast_http_request_duration_seconds_count{operation="getMetrics"})';
    const before = (await prometheus.query(scrapes))[0]?.value ?? 0;
    await eventually(async () => ((await prometheus.query(scrapes))[0]?.value ?? 0) >= before + 3, 60_000);
  }
  seen = await scrape(product.url, { authorization: `Bearer ${token}` });
}, 600_000);
afterAll(async () => {
  await prometheus?.stop();
  await product?.stop();
});

test("it is scraped with the token, the API and its worker together", async () => {
  const { activeTargets } = await prometheus.ask<{ activeTargets: { health: string; lastError: string }[] }>("targets");
  expect(activeTargets.map(({ health, lastError }) => [health, lastError])).toEqual([["up", ""]]);
  const builds = await prometheus.query("holdfast_build_info");
  expect(new Set(builds.map(({ labels }) => labels.process))).toEqual(new Set(["api", "worker"]));
  expect(
    (await prometheus.query('sum(holdfast_job_runs_total{process="worker", job_name="backups.run"})'))[0]?.value,
  ).toBe(1);
});

test("its rules are loaded and can be evaluated, and none fires on a new installation", async () => {
  type Rule = { name: string; health: string; lastError?: string; state: string };
  const { groups } = await prometheus.ask<{ groups: { rules: Rule[] }[] }>("rules");
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  expect(rules.filter(({ state }) => state === "firing").map(({ name }) => name)).toEqual([]);
});

/** What has no value on an installation that is new and well. */
const nothingYet =
  /certificate_expiry|rehearsal_last_success|replication_lag|scrub_oldest|stalest_success|holdfast_storage_operations_total\{outcome!="ok"|holdfast_job_run_failures|> 0$/;

describe("dashboards", () => {
  test.each(dashboardExpressions().map(({ where, text }) => [where, text]))("%s", async (_where, text) => {
    const found = await prometheus.query(text);
    if (nothingYet.test(text)) return;
    // An operation that nobody asked for in five minutes has no time: NaN, which is not drawn.
    expect(found.filter(({ value }) => !Number.isNaN(value)).length).toBeGreaterThan(0);
  });
});

test("rules and dashboards speak of metrics, operations and outcomes that there are", async () => {
  const told = new Set([...seen.text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name as string));
  const rules = readFileSync(join(ops, "prometheus/holdfast.rules.yml"), "utf8");
  const texts = [rules, ...dashboardExpressions().map(({ text }) => text)].join("\n");
  const family = (name: string) => (told.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ""));
  expect(metricsIn(texts).filter((name) => !told.has(family(name)))).toEqual([]);
  const ids = operations.map(({ id }) => id as string);
  expect(wordsFor("operation", texts).filter((word) => !ids.includes(word) && !/^(put|commit)$/.test(word))).toEqual(
    [],
  );
});

test("each rule has a test of its own, and passes it", () => {
  const run = (...args: string[]) => spawnSync("promtool", args, { cwd: join(ops, "prometheus"), encoding: "utf8" });
  for (const args of [
    ["check", "config", "--syntax-only", "prometheus.yml"],
    ["check", "rules", "holdfast.rules.yml"],
    ["test", "rules", "holdfast.rules.test.yml"],
  ]) {
    const { status, stdout, stderr } = run(...args);
    expect(status, stdout + stderr).toBe(0);
  }
  const rules = readFileSync(join(ops, "prometheus/holdfast.rules.yml"), "utf8");
  const tests = readFileSync(join(ops, "prometheus/holdfast.rules.test.yml"), "utf8");
  for (const [, name] of rules.matchAll(/- alert: (\w+)/g)) {
    expect(tests).toContain(`alertname: ${name}, exp_alerts: []`);
    expect(tests).toContain(`{alertname="${name}"}`);
  }
}, 180_000);
