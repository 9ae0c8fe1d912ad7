import type pg from "pg";
import { linesOf } from "../../apps/server/src/features/operate/access-log/export-entries.ts";
import { listAccessLog } from "../../apps/server/src/features/operate/access-log/list-entries.ts";
import { createDatabase, type Database } from "../../apps/server/src/platform/database/database.ts";
import type { AccessFilters } from "../../packages/contract/src/index.ts";
import { fillLog, itemId, items, userId, users, withDatabase } from "./access-log/fill-log.ts";
import { line, mark } from "./http/side-by-side.ts";

/**
 * The access log with so many rows (HOLDFAST_BENCH_ROWS, 2,000,000) of a year: pages of it, its export, what its indexes cost and take, and
 * how long it takes to drop a month.
 */
export async function run(): Promise<void> {
  const total = Number(process.env.HOLDFAST_BENCH_ROWS ?? 2_000_000);
  await withDatabase(async (pool) => {
    await fillLog(pool, total);
    const db = createDatabase(pool);
    await sizes(pool, total);
    await pages(pool, db);
    await exports(db, total);
    await inserts(pool);
    await dropping(pool);
  });
}

async function sizes(pool: pg.Pool, total: number): Promise<void> {
  const { rows } = await pool.query<{ name: string; bytes: number }>(
    `select regexp_replace(i.indexrelid::regclass::text, '.*access_log_[0-9_default]+', '') as name, sum(pg_relation_size(i.indexrelid)) as bytes
     from pg_index i join pg_inherits h on h.inhrelid = i.indrelid where h.inhparent = 'holdfast.access_log'::regclass group by 1 order by 2 desc`,
  );
  const { rows: heap } = await pool.query<{ bytes: number }>(
    "select sum(pg_relation_size(inhrelid)) as bytes from pg_inherits where inhparent = 'holdfast.access_log'::regclass",
  );
  line("rows", total.toLocaleString("en"));
  line("  table, bytes a row", (Number(heap[0]?.bytes) / total).toFixed(0));
  for (const { name, bytes } of rows) line(`  index ${name}, bytes a row`, (Number(bytes) / total).toFixed(1));
}

async function pages(pool: pg.Pool, db: Database): Promise<void> {
  const value = async (expression: string) =>
    ((await pool.query<{ v: string }>(`select ${expression}::text as v`)).rows[0] as { v: string }).v;
  const some = (most: number) => 1 + Math.floor(Math.random() ** 3 * (most - 1));
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const anyDay = () => new Date(Date.now() - Math.random() * 360 * 86_400_000);
  const questions: [string, number, () => Promise<AccessFilters>][] = [
    ["newest", 200, async () => ({})],
    ["by user", 200, async () => ({ actorId: await value(userId(some(users))) })],
    ["by item", 200, async () => ({ targetId: await value(itemId(some(items))) })],
    ["by action", 200, async () => ({ action: ["file.preview", "session.sign-in", "access.refused"][some(3) - 1] })],
    ["by group of actions", 200, async () => ({ action: "file.download,file.preview,link.download,backup.download" })],
    ["by address", 200, async () => ({ ip: `10.${some(users) % 4}.${some(users) % 250}.3` })],
    ["by network /24", 200, async () => ({ ip: `10.${some(4) - 1}.${some(250)}.0/24` })],
    ["by time", 200, async () => ({ from: anyDay().toISOString(), to: new Date().toISOString() })],
    ["before a time", 200, async () => ({ to: anyDay().toISOString() })],
    [
      "by user, action and time",
      200,
      async () => ({ actorId: await value(userId(some(users))), action: "file.preview", to: anyDay().toISOString() }),
    ],
    ["refused, of a user", 200, async () => ({ actorId: await value(userId(some(users))), outcome: "refused" })],
    ["words in 30 days, frequent", 1000, async () => ({ q: "invoice", from: month })],
    ["words in 30 days, rare", 1000, async () => ({ q: `report ${8 * some(items / 8)}`, from: month })],
    ["words in 30 days, none", 1000, async () => ({ q: "nowhere", from: month })],
    ["a user's name in 30 days", 1000, async () => ({ q: `user${some(users)}@`, from: month })],
    ["words, rare, whole log", 1000, async () => ({ q: `report ${8 * some(items / 8)}` })],
  ];
  for (const [name, wanted, ask] of questions) {
    const times: number[] = [];
    for (let round = 0; round < 40; round++) {
      const query = await ask();
      const begin = performance.now();
      await listAccessLog(db, { ...query, limit: 100 });
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    const p95 = times[Math.floor(times.length * 0.95)] as number;
    line(`${name}, ms`, `p50 ${(times[20] as number).toFixed(1)}`, `p95 ${p95.toFixed(1)}`, mark(p95, wanted, false));
  }
}

async function exports(db: Database, total: number): Promise<void> {
  for (const format of ["csv", "ndjson"] as const) {
    const most = Math.min(total, 1_000_000);
    let [rows, bytes, rss] = [0, 0, 0];
    const begin = performance.now();
    for await (const piece of linesOf(db, {}, format)) {
      bytes += piece.length;
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) rows += 1;
      rss = Math.max(rss, process.memoryUsage().rss);
      if (rows >= most) break;
    }
    const perSecond = (rows / (performance.now() - begin)) * 1000;
    const memory = `${(rss / 1e6).toFixed(0)} MB of memory at most, ${(bytes / 1e6).toFixed(0)} MB sent`;
    line(`export as ${format}, rows/s`, perSecond.toFixed(0), memory, mark(perSecond, 100_000));
  }
}

/** Ten thousand rows in statements of a thousand, as the server writes them, with all indexes and without. */
async function inserts(pool: pg.Pool): Promise<void> {
  const insert = async (into: string) => {
    const begin = performance.now();
    for (let n = 0; n < 20; n++) {
      await pool.query(
        `insert into ${into} (id, occurred_at, last_at, times, actor_id, via, action, outcome, target_id, target_name, ip, bytes, request_id)
         select holdfast.uuid7(), now(), now(), 1, actor_id, via, action, outcome, target_id, target_name, ip, bytes, request_id
         from holdfast.access_log where occurred_at < now() - interval '40 days' and id > ${itemId(n * 7919)} order by id limit 1000`,
      );
    }
    return ((performance.now() - begin) * 1000) / 20_000;
  };
  await pool.query("create table holdfast.bare (like holdfast.access_log)");
  await insert("holdfast.bare");
  const bare = await insert("holdfast.bare");
  const full = await insert("holdfast.access_log");
  line("a row written, µs", `bare ${bare.toFixed(1)}`, `with its indexes ${full.toFixed(1)}`);
}

async function dropping(pool: pg.Pool): Promise<void> {
  const begin = performance.now();
  await pool.query("select holdfast.drop_old_log('reads', 10)");
  const took = performance.now() - begin;
  line("dropping a month, ms", took.toFixed(0), mark(took, 1000, false));
}
