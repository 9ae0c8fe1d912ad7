import { join } from "node:path";
import { runningPostgresUrl } from "@holdfast/postgres";
import pg from "pg";
import { readTraffic } from "../../apps/server/src/features/operate/overview/traffic.ts";
import { measureStorage } from "../../apps/server/src/features/operate/storage/measure.ts";
import { readStats } from "../../apps/server/src/features/operate/storage/stats.ts";
import { createDatabase, type Database } from "../../apps/server/src/platform/database/database.ts";
import { createPool } from "../../apps/server/src/platform/database/pool.ts";
import { rollUp } from "../../apps/server/src/platform/traffic/roll-up.ts";
import { launch, openPage } from "../browser/stage.ts";
import { seedStatistics } from "../support/operate/seed-statistics.ts";
import { testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { withFiles } from "./search/fill-files.ts";

const days = Number(process.env.HOLDFAST_BENCH_DAYS ?? 90);
const files = Number(process.env.HOLDFAST_BENCH_FILES ?? 1_000_000);
const email = "admin@example.org";
const rounds = 7;
/** What the page asks for, as `features/operate/overview/ranges.ts` has it. */
const ranges = { "24 hours": [1, "300"], "7 days": [7, "3600"], "90 days": [90, "86400"] } as const;

/**
 * Admin → Overview on HOLDFAST_BENCH_DAYS days of minutes, summed up by the job's own code: what the database answers in how many statements, and how long Chromium
 * takes until every chart is drawn. Then the nightly measurement of storage over HOLDFAST_BENCH_FILES files (0: left out).
 */
export async function run(): Promise<void> {
  const product = await startProduct({
    web: true,
    env: { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "error" },
  });
  try {
    const url = (await runningPostgresUrl(join(product.dataDir, "postgres"))) as string;
    const pool = createPool(url, { max: 2, name: "bench", onError: () => {} });
    await fill(pool);
    await askDatabase(createDatabase(pool));
    await pool.end();
    await openPages(product);
  } finally {
    await product.stop();
  }
  if (files > 0) await withFiles(files, files / 10, measure);
}

async function fill(pool: pg.Pool): Promise<void> {
  console.log(`${days} days of minutes: ${await took(() => seedStatistics(pool, "minutes", days))}`);
  await pool.query(
    "insert into holdfast.statistics_due select distinct date_trunc('hour', at, 'UTC') from holdfast.traffic_minutes on conflict do nothing",
  );
  const { rows } = await pool.query(
    "select count(*)::int as hours, (select count(*) from holdfast.traffic_minutes)::int as minutes from holdfast.statistics_due",
  );
  const summing = await took(() => rollUp(createDatabase(pool), new AbortController().signal));
  console.log(`${rows[0].minutes} rows of minutes; ${rows[0].hours} hours and their days summed up: ${summing}`);
  await pool.query("vacuum analyze");
}

async function askDatabase(db: Database): Promise<void> {
  for (const [name, [length, step]] of Object.entries(ranges)) {
    let statements = 0;
    const counting = {
      query: ((...of: Parameters<Database["query"]>) => (statements++, db.query(...of))) as Database["query"],
    };
    const to = new Date();
    const from = new Date(to.getTime() - length * 86_400_000).toISOString();
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      bytes = JSON.stringify(
        await readTraffic(counting, { from, to: to.toISOString(), step: Number(step) }, to),
      ).length;
      times.push(performance.now() - began);
    }
    console.log(
      `${name}: ${statements / rounds} statements, ${middle(times)} ms, ${Math.round(bytes / 1000)} KB of JSON`,
    );
  }
}

const everyChart = `(() => {
  const charts = [...document.querySelectorAll("main [role=img]")];
  return charts.length >= 9 && charts.every((chart) => chart.querySelector("canvas"));
})()`;

async function openPages({ url }: Product): Promise<void> {
  const browser = await launch();
  try {
    const { page, context } = await openPage(browser, url);
    context.setDefaultTimeout(60_000);
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(testPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/files");
    const asked = new Set<string>();
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/api/") || pathname === "/readyz") asked.add(pathname);
    });
    // The page's own rules forbid it to be handed a condition as text, so it is asked again and again.
    const drawn = async () => {
      while (!(await page.evaluate(everyChart))) await page.waitForTimeout(5);
    };
    const opened: number[] = [];
    const switched: number[] = [];
    for (let round = 0; round < rounds; round++) {
      opened.push(
        await milliseconds(async () => {
          await page.goto("/admin");
          await drawn();
        }),
      );
      switched.push(
        await milliseconds(async () => {
          const answer = page.waitForResponse((response) => response.url().includes("/stats/traffic"));
          await page.getByText("90 days", { exact: true }).click();
          await answer;
          await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        }),
      );
    }
    console.log(
      `page until every chart is drawn: ${middle(opened)} ms (wanted: 1000); to 90 days: ${middle(switched)} ms`,
    );
    console.log(`requests of the page: ${[...asked].sort().join(", ")}`);
  } finally {
    await browser.close();
  }
}

/** A million files of one segment each, of which every tenth is needed by nothing. */
async function measure(pool: pg.Pool): Promise<void> {
  const db = createDatabase(
    createPool(pool.options.connectionString as string, { max: 2, name: "bench", onError: () => {} }),
  );
  try {
    await pool.query(
      `insert into holdfast.segments (sha256, size) select sha256(n::text::bytea), 65536 from generate_series(1, ${files}) n`,
    );
    await pool.query("alter table holdfast.content_segments disable trigger all");
    await pool.query(
      `insert into holdfast.content_segments (content_id, start_at, size, sha256)
       select '01890000-0000-7000-8000-00000000c0de', n, 65536, sha256(n::text::bytea) from generate_series(1, ${files}) n where n % 10 > 0`,
    );
    await pool.query("alter table holdfast.files disable trigger user");
    await pool.query("update holdfast.files set file_size = 65536 where kind = 'file'");
    await pool.query("vacuum analyze");
    const night = await took(() => measureStorage({ db, folder: null }, new AbortController().signal));
    const asking: number[] = [];
    for (let round = 0; round < rounds; round++) asking.push(await milliseconds(() => readStats(db, {}, new Date())));
    console.log(`${files} files: measured in ${night}; the page's answer: ${middle(asking)} ms`);
  } finally {
    await db.end();
  }
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const took = async (work: () => Promise<unknown>) => `${((await milliseconds(work)) / 1000).toFixed(1)} s`;
const middle = (values: number[]) => Math.round([...values].sort((a, b) => a - b)[values.length >> 1] as number);
