import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@holdfast/postgres";
import pg from "pg";
import { migrate, readMigrations } from "../../../apps/server/src/platform/database/migrate/migrate.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { identityMigrations } from "../../../packages/identity/src/migrations.ts";

export const users = 2_000;
export const items = 200_000;
const months = 12;

export const userId = (n: number | string) => `('01890000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
export const itemId = (n: number | string) => `('01890000-0000-7000-9000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const nameOf = `(array['report', 'invoice', 'holiday', 'contract', 'minutes', 'draft', 'photo', 'budget'])[1 + item % 8] || '-' || item || case when item % 2 = 0 then '.pdf' else '.jpg' end`;

/** A migrated PostgreSQL of its own, gone afterwards. HOLDFAST_BENCH_FOLDER: where it lies. */
export async function withDatabase(work: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-log-"));
  const settings = { shared_buffers: "2GB", maintenance_work_mem: "1GB", max_wal_size: "16GB", fsync: "off" };
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {}, settings });
  const pool = createPool(postgres.adminUrl, { max: 4, name: "holdfast bench", onError: () => {} });
  try {
    const migrations = readMigrations(join(import.meta.dirname, "../../../supabase/migrations"));
    await migrate(postgres.adminUrl, [...identityMigrations, ...migrations]);
    await work(pool);
  } finally {
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So many rows of what was read in the last twelve months, by 2,000 users, who are not equally busy, with 200,000 items. */
export async function fillLog(pool: pg.Pool, total: number): Promise<void> {
  const step = async (name: string, ...statements: string[]) => {
    const begin = performance.now();
    for (const statement of statements) await pool.query(statement);
    console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  };
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as definition from pg_index i
     where i.indrelid = 'holdfast.access_log'::regclass and not i.indisprimary`,
  );
  await step(
    "preparing",
    `insert into holdfast.users (id, email, display_name) select ${userId("n")}, 'user' || n || '@example.org', 'Person ' || n from generate_series(1, ${users}) n`,
    `drop index ${indexes.map(({ name }) => name).join(", ")}`,
  );
  const each = Math.ceil(total / months);
  for (let back = months - 1; back >= 0; back--) {
    const from = `date_trunc('month', now() at time zone 'UTC') - interval '${back} months'`;
    if (back > 0) await pool.query(partition(`${back}`));
    await step(
      `month ${months - back} of ${months}`,
      `insert into holdfast.access_log (id, occurred_at, last_at, actor_id, via, action, outcome, target_id, target_name, ip, bytes, request_id)
       select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
         at, at, case when n % 10 > 0 then ${userId("who")} end, case when n % 10 > 0 then 'session' else 'link' end,
         case when n % 10 = 0 then 'link.download' when n % 7 = 0 then 'file.preview' when n % 97 = 0 then 'session.sign-in' when n % 9973 = 0 then 'access.refused' else 'file.download' end,
         case when n % 9973 = 0 then 'refused' else 'ok' end, ${itemId("item")},
         ${nameOf},
         ('10.' || who % 4 || '.' || who % 250 || '.' || 1 + item % 9)::inet, item * 10, at::text
       from (select n, 1 + (power(random(), 3) * ${users - 1})::int as who, 1 + (power(random(), 2) * ${items - 1})::int as item,
         (${from}) at time zone 'UTC' + (least((${from} + interval '1 month') at time zone 'UTC', now()) - (${from}) at time zone 'UTC') * ((n - 1) / ${each}.0) as at
         from generate_series(1, ${each}) n) x`,
    );
  }
  for (const { name, definition } of indexes) await step(`index ${name.split(".").at(-1)}`, definition);
  await step(
    "names",
    `insert into holdfast.log_names (target_id, name)
     select ${itemId("item")}, (${nameOf}) from generate_series(1, ${items}) item`,
  );
  await step("analyze", "vacuum analyze holdfast.access_log", "vacuum analyze holdfast.log_names");
}

function partition(back: string): string {
  return `do $$
    declare first timestamp := date_trunc('month', now() at time zone 'UTC') - interval '${back} months';
    begin
      execute format('create table holdfast.%I partition of holdfast.access_log for values from (%L) to (%L) with (fillfactor = 95)',
        'access_log_' || to_char(first, 'YYYY_MM'), first at time zone 'UTC', (first + interval '1 month') at time zone 'UTC');
    end $$`;
}
