import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@holdfast/postgres";
import pg from "pg";
import { migrate, readMigrations } from "../../../apps/server/src/platform/database/migrate/migrate.ts";
import { identityMigrations } from "../../../packages/identity/src/migrations.ts";

/** Whose files are searched. */
export const one = "01890000-0000-7000-8000-000000000001";

const perOther = 1000;

/** A migrated PostgreSQL of its own with so many files, gone afterwards. HOLDFAST_BENCH_FOLDER: where it lies. */
export async function withFiles(total: number, mine: number, work: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-files-"));
  const settings = { shared_buffers: "1GB", maintenance_work_mem: "512MB", max_wal_size: "8GB" };
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {}, settings });
  const pool = new pg.Pool({ connectionString: postgres.adminUrl, max: 2 });
  // PostgreSQL may stop before the last connection has said goodbye.
  pool.on("error", () => {});
  try {
    await migrate(postgres.adminUrl, [
      ...identityMigrations,
      ...readMigrations(join(import.meta.dirname, "../../../supabase/migrations")),
    ]);
    await fillFiles(pool, total, mine);
    await work(pool);
  } finally {
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `mine` of `total` files are one person's, in a thousand folders and one with half of them; the rest is others', a thousand each. */
async function fillFiles(pool: pg.Pool, total: number, mine: number): Promise<void> {
  const step = async (name: string, ...statements: string[]) => {
    const begin = performance.now();
    const client = await pool.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      client.release();
    }
    console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  };
  // Made once when the rows are there, they cost a fraction.
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid in ('holdfast.files'::regclass, 'holdfast.file_words'::regclass)
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  await step(
    "preparing",
    "alter table holdfast.files disable trigger user",
    `drop index ${indexes.map(({ name }) => name).join(", ")}`,
    "insert into holdfast.contents (id, size) values ('01890000-0000-7000-8000-00000000c0de', 0)",
    "set session_replication_role = replica",
  );
  const id = (space: number, n: string) =>
    `('01890000-0000-7${String(space).padStart(3, "0")}-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
  const others = Math.max(1, Math.round((total - mine) / perOther));
  await step(
    "users and folders",
    `insert into holdfast.users (id, email) select '${one}', 'one@example.org' union all select ${id(2, "n")}, n || '@example.org' from generate_series(1, ${others}) n`,
    "insert into holdfast.spaces (id, created_by) select id, id from holdfast.users",
    `insert into holdfast.files (id, space_id, parent_id, name, kind) select id, id, null, '', 'folder' from holdfast.users`,
    `insert into holdfast.files (id, space_id, parent_id, name, kind) select ${id(3, "n")}, '${one}',
       case when n < 20 then '${one}'::uuid else ${id(3, "n / 20")} end, case n when 1 then 'Everything' when 777 then 'Lofoten' else 'Folder ' || n end, 'folder' from generate_series(1, 1000) n`,
  );
  const name =
    `case n % 10 when 0 then 'Client ' || lpad((n / 10)::text, greatest(5, length((n / 10)::text)), '0') || '.pdf' when 1 then 'holiday picture of ' || md5(n::text) || '.jpg'
    when 2 then 'Scan ' || (2015 + n / 10 % 11) || '-' || (n / 110) || '.pdf' when 3 then (array['invoice','letter','report','notes'])[1 + n / 10 % 4] || ' ' || n || '.docx'
    when 4 then md5(n::text) || ' zanzibar'[0:0]::text || case when n % 50000 = 4 then ' zanzibar' else ' other' end || '.txt' else 'IMG_' || lpad(n::text, 7, '0') || case when n % 20 = 5 then ' 2024' else '' end || '.jpg' end`.replace(
      "' zanzibar'[0:0]::text || ",
      "",
    );
  const files = (owner: string, parent: string, fileId: string, from: string) =>
    `insert into holdfast.files (id, space_id, parent_id, name, kind, content_id, version_id, file_type)
     select ${fileId}, ${owner}, ${parent}, ${name}, 'file', '01890000-0000-7000-8000-00000000c0de', '${one}', 'application/octet-stream' from ${from}`;
  await step(
    "one person's files",
    files(
      `'${one}'`,
      `case when n % 2 = 0 then ${id(3, "1")} else ${id(3, "20 + n / 2 % 981")} end`,
      id(4, "n"),
      `generate_series(1, ${mine}) n`,
    ),
  );
  const batch = 1_000_000;
  for (let from = 1; from <= total - mine; from += batch) {
    const to = Math.min(total - mine, from + batch - 1);
    await step(
      `others' files to ${to}`,
      files(id(2, `1 + n % ${others}`), id(2, `1 + n % ${others}`), id(5, "n"), `generate_series(${from}, ${to}) n`),
    );
  }
  await step("words of all names", "select holdfast.fill_file_words()");
  for (const { name: index, definition } of indexes) await step(index, definition);
  await step(
    "pg_trgm's index, for comparison",
    "create extension if not exists pg_trgm",
    "create index file_words_trigrams on holdfast.file_words using gin (words gin_trgm_ops)",
  );
  await step(
    "vacuum",
    "set session_replication_role = default",
    "alter table holdfast.files enable trigger user",
    "vacuum analyze holdfast.file_words",
    "vacuum analyze holdfast.files",
  );
  const { rows } = await pool.query(
    "select relname as name, pg_size_pretty(pg_relation_size(oid)) as size from pg_class where relname like 'file_words%' order by 1",
  );
  console.log(rows.map((row) => `${row.name} ${row.size}`).join(", "));
}
