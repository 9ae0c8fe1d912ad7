import { type Finding, found, ok, spanOf } from "../health/check.ts";
import type { SchemaState } from "./schema-state.ts";

export function judgeSchema({ version, pending, newer }: SchemaState): Finding {
  if (newer.length > 0) {
    return found(
      "problem",
      `The database was last used by a newer Holdfast (it has ${newer.at(-1)}).`,
      "Start that version or a later one, or restore a backup of before into an empty data folder.",
    );
  }
  if (version === null) return ok("The database is empty: the first start fills it.");
  if (pending.length === 0) return ok(`The schema is up to date (${version}).`);
  return {
    state: "notice",
    sentence: `${pending.length} ${pending.length === 1 ? "migration is" : "migrations are"} applied at the next start, up to ${pending.at(-1)}.`,
    remedy: "Take a backup first: the way back to the version of before needs it.",
  };
}

export function judgeRights(
  rights: { name: string; creates_roles: boolean; creates_databases: boolean; owns: boolean },
  supabase: boolean,
): Finding {
  const { name, creates_roles: roles, creates_databases: databases, owns } = rights;
  const user = `"${name.replaceAll('"', '""')}"`;
  if (!owns && !supabase) {
    return found(
      "problem",
      `The database user ${name} does not own the database, so that the schema cannot be changed.`,
      `As an administrator of the database server, run: alter database … owner to ${user};`,
    );
  }
  if (!roles && !supabase) {
    return found(
      "warning",
      `The database user ${name} may not make roles, which the first start needs.`,
      `As an administrator of the database server, run: alter role ${user} createrole;`,
    );
  }
  if (!databases) {
    return found(
      "warning",
      `The database user ${name} may not make databases: test restores fail.`,
      `As an administrator of the database server, run: alter role ${user} createdb;`,
    );
  }
  return ok(`The database user ${name} has the rights that are needed.`);
}

const LONG_S = 300;

export function judgeTransaction(oldest: { seconds: number; program: string } | null): Finding {
  if (oldest === null || oldest.seconds < LONG_S) return ok("No transaction is open for long.");
  return found(
    "warning",
    `${oldest.program || "A program"} has kept a transaction open for ${spanOf(oldest.seconds * 1000)}: a migration would wait for it.`,
    "End that program before an upgrade.",
  );
}
