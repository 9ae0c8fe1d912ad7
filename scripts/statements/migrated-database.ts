import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { migrate, readMigrations } from "../../apps/server/src/platform/database/migrate/migrate.ts";
import { identityMigrations } from "../../packages/identity/src/migrations.ts";
import { startPostgres } from "../../packages/postgres/src/index.ts";

/** A PostgreSQL of its own with everything that Holdfast has in it after its first start, for as long as `work` takes. */
export async function withMigratedDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-check-"));
  const postgres = await startPostgres({
    dataDir: join(folder, "postgres"),
    log: () => {},
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" },
  });
  try {
    const admin = new pg.Client({ connectionString: postgres.adminUrl });
    await admin.connect();
    await admin.query("create database checked");
    await admin.end();
    const url = new URL(postgres.adminUrl);
    url.pathname = "/checked";
    await migrate(url.href, [
      ...identityMigrations,
      ...readMigrations(join(import.meta.dirname, "../../supabase/migrations")),
    ]);
    await work(url.href);
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
