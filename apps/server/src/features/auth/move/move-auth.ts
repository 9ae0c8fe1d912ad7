import pg from "pg";
import { type ColumnPlan, copyTable, planColumns, type TableCounts } from "./copy-table.ts";
import { findConflicts } from "./find-conflicts.ts";
import { findLaterSides, removeUsedCodes } from "./later-side.ts";
import { explainMove } from "./move-errors.ts";
import { leftBehind, movedTables } from "./move-plan.ts";
import { countProfiles, moveProfiles } from "./move-profiles.ts";
import { countOwn, moveRecoveryCodes } from "./move-recovery-codes.ts";
import { createSealing, type Seal } from "./session-sealing.ts";

export interface MoveOptions {
  /** Connection strings of two databases that have schema `auth`: of the embedded service, and of a real Supabase, either way round. */
  from: string;
  to: string;
  /** How the two are called in sentences for the operator. */
  names?: { from: string; to: string };
  /** False: a dry run. Everything is done and counted, and nothing is kept. */
  apply: boolean;
  /** Take sessions and refresh tokens along. They stand only where both services have the same signing keys. */
  sessions: boolean;
  /** Needed where sessions go along. */
  seal?: Seal;
}

export interface MoveReport {
  applied: boolean;
  tables: TableCounts[];
  /** What stands in the way, a sentence each. Where there is any, nothing is written. */
  conflicts: string[];
  /** What went over and does not work there. */
  warnings: string[];
  /** Other tables of the source that hold something. */
  notMoved: { table: string; rows: number }[];
}

/**
 * Copies people, password hashes, identities, second factors, passkeys, open one-time codes and the service's audit from one service's tables into the
 * other's, as plain rows with their ids; names, quotas and recovery codes where both sides have Holdfast. Doing it again changes nothing; a row
 * that was changed later on the other side stays as it is there; nothing is deleted but codes that were used or replaced on this side.
 * All or nothing: one snapshot is read, one transaction is written.
 *
 * @throws ProblemError: a database that cannot be reached, or a role without the right to write schema auth
 */
export async function moveAuth(options: MoveOptions): Promise<MoveReport> {
  const { names = { from: "the first database", to: "the second database" } } = options;
  const from = await connect(options.from).catch((error: unknown) => {
    throw explainMove(error, options.from, names.from);
  });
  const to = await connect(options.to).catch(async (error: unknown) => {
    await from.end();
    throw explainMove(error, options.to, names.to);
  });
  try {
    await from.query("begin isolation level repeatable read read only");
    await to.query("begin");
    const report = await move(from, to, options);
    await to.query(report.applied ? "commit" : "rollback");
    return report;
  } catch (error) {
    throw explainMove(error, options.to, `${names.from} or ${names.to}`);
  } finally {
    await Promise.all([from.end(), to.end()]);
  }
}

async function move(from: pg.Client, to: pg.Client, { apply, sessions, seal }: MoveOptions): Promise<MoveReport> {
  const chosen = movedTables.filter((table) => sessions || !table.sessions);
  const plans: ColumnPlan[] = [];
  const conflicts: string[] = [];
  for (const table of chosen) {
    const plan = await planColumns(from, to, table);
    if (typeof plan === "string") conflicts.push(plan);
    else if (plan) plans.push(plan);
  }
  const notMoved = await countOthers(from, new Set(chosen.map(({ name }) => name)));
  if (conflicts.length > 0) return { applied: false, tables: [], conflicts, warnings: [], notMoved };
  const later = await findLaterSides(from, to);
  conflicts.push(...(await findConflicts(from, to, new Set(plans.map(({ table }) => table.name)), later)));
  if (conflicts.length > 0) return { applied: false, tables: [], conflicts, warnings: [], notMoved };
  const tables: TableCounts[] = [];
  const sealing = createSealing(seal ?? null);
  for (const plan of plans) {
    if (plan.table.name === "one_time_tokens") {
      const removed = await removeUsedCodes(from, to, later);
      tables.push({ ...(await copyTable(from, to, plan, { except: later.there })), removed });
    } else {
      const change = plan.table.name === "sessions" ? { change: sealing.change } : {};
      tables.push(await copyTable(from, to, plan, change));
    }
  }
  const codes = await moveRecoveryCodes(from, to);
  if (codes) tables.push(codes);
  const profiles = await moveProfiles(from, to);
  if (profiles) tables.push(profiles);
  else {
    const rows = await countProfiles(from);
    if (rows > 0) notMoved.push({ table: "names and quotas (start Holdfast over there once, then move again)", rows });
  }
  const own = await countOwn(from);
  if (!codes && own.codes > 0) {
    notMoved.push({ table: "recovery codes (start Holdfast over there once, then move again)", rows: own.codes });
  }
  const { tokens } = own;
  if (tokens > 0) notMoved.push({ table: "access tokens and app passwords (make new ones there)", rows: tokens });
  if (sessions) {
    await to.query(
      `select setval('auth.refresh_tokens_id_seq', greatest((select max(id) from auth.refresh_tokens),
         (select last_value from auth.refresh_tokens_id_seq)))`,
    );
  }
  return { applied: apply, tables, conflicts, warnings: sealing.warnings(), notMoved };
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "holdfast supabase" });
  // A connection that breaks while nothing is asked: the next question says so.
  client.on("error", () => {});
  await client.connect();
  // Some columns are timestamps without a zone and hold UTC; dates and bytes travel as text.
  await client.query(
    "set time zone 'UTC'; set datestyle = 'ISO, YMD'; set bytea_output = 'hex'; set extra_float_digits = 1",
  );
  return client;
}

async function countOthers(from: pg.Client, moved: ReadonlySet<string>): Promise<{ table: string; rows: number }[]> {
  const { rows } = await from.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p') order by 1",
  );
  const found: { table: string; rows: number }[] = [];
  for (const { name } of rows) {
    if (moved.has(name) || leftBehind.has(name)) continue;
    const count = await from.query<{ n: string }>(`select count(*) as n from auth.${pg.escapeIdentifier(name)}`);
    if (count.rows[0]?.n !== "0") found.push({ table: name, rows: Number(count.rows[0]?.n) });
  }
  return found;
}

/** The report for people, a line a table. */
export function describeMove({ applied, tables, conflicts, warnings, notMoved }: MoveReport): string {
  if (conflicts.length > 0) return ["Nothing was changed:", ...conflicts.map((each) => `- ${each}`)].join("\n");
  return [
    applied ? "Done." : "A dry run: nothing was changed. It would be:",
    ...tables.map(
      ({ table, read, inserted, updated, unchanged, newerThere, removed }) =>
        `- ${table}: ${read} read, ${inserted} new, ${updated} changed, ${unchanged} the same, ${newerThere} newer there and left alone` +
        (removed ? `, ${removed} used up here and removed there` : ""),
    ),
    ...warnings.map((each) => `- ${each}`),
    ...notMoved.map(({ table, rows }) => `- ${table}: ${rows} rows stay behind`),
  ].join("\n");
}
