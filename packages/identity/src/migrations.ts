import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface IdentityMigration {
  /** 14 digits; unique among these migrations and distinct from a host's own, which start with another prefix. */
  version: string;
  name: string;
  sql: string;
}

const folder = join(import.meta.dirname, "..", "migrations");

/**
 * The `auth` schema, in the order of application. A real Supabase has this schema already, so a host applies these only
 * when the embedded service answers. Each file may be applied again to a database that has it.
 */
export const identityMigrations: readonly IdentityMigration[] = readdirSync(folder)
  .filter((file) => /^\d{14}_\w+\.sql$/.test(file))
  .sort()
  .map((file) => ({
    version: file.slice(0, 14),
    name: file.slice(15, -4),
    sql: readFileSync(join(folder, file), "utf8"),
  }));
