import { statement, statementFamily } from "../../database/statement.ts";

export type Log = "changes" | "reads";

export interface SealedDay {
  day: string;
  rows: number;
  hash: Buffer;
  head: Buffer;
  removed_at: Date | null;
  removed_by: string | null;
}

export const lockSeals = statement<[], { locked: string | null }>(
  "select pg_advisory_xact_lock(hashtext('holdfast seals of the log'))::text as locked",
);

export const lastSealed = statement<[log: string], { day: string; head: Buffer; next: string }>(
  "select day::text as day, head, (day + 1)::text as next from holdfast.audit_days where log = $1 order by day desc limit 1",
  { notNull: ["day", "next"] },
);

export const listSealed = statement<[log: string], SealedDay>(
  "select day::text as day, rows, hash, head, removed_at, removed_by from holdfast.audit_days where log = $1 order by day",
  { notNull: ["day"] },
);

/** The day of the first row that there is: near the first id, which has an index. */
export const firstDay = statement<[log: string], { day: string | null }>(
  `select (min(occurred_at) at time zone 'UTC')::date::text as day from (
     select occurred_at from holdfast.log_entries where log = $1 order by id limit 1000) l`,
);

/** Whether a day is over for an hour, and no transaction is left that may still write into it. */
export const isOver = statement<[day: string], { over: boolean }>(
  `select now() >= ($1::date + 1)::timestamp at time zone 'UTC' + interval '1 hour' and not exists (
     select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null
       and xact_start < ($1::date + 1)::timestamp at time zone 'UTC') as over`,
  { notNull: ["over"] },
);

/** The rows of a day in the order of their ids, each as its hash. */
export const readDay = statementFamily<Log, [day: string], { id: string; hash: Buffer }>(
  ["changes", "reads"],
  (log) => ({
    notNull: ["id", "hash"],
    text: `select l.id, sha256(convert_to(holdfast.log_row_text(l), 'UTF8')) as hash from holdfast.log_entries l
   where l.log = '${log}' and l.occurred_at >= $1::date::timestamp at time zone 'UTC'
     and l.occurred_at < ($1::date + 1)::timestamp at time zone 'UTC'
   order by l.id`,
  }),
);

export const insertDay = statement<[log: string, day: string, rows: number, hash: Buffer, head: Buffer]>(
  "insert into holdfast.audit_days (log, day, rows, hash, head) values ($1, $2::date, $3, $4, $5)",
);
export const insertPrints = statement<[log: string, day: string, blocks: number[], prints: Buffer[]]>(
  "insert into holdfast.audit_prints (log, day, block, prints) select $1, $2::date, * from unnest($3::int[], $4::bytea[])",
);
export const readPrints = statement<[log: string, day: string], { prints: Buffer }>(
  "select prints from holdfast.audit_prints where log = $1 and day = $2::date order by block",
);

/** A row where no sealed day holds rows: before the first seal, or where the rows of a day were removed. */
export const findStray = statement<[log: string, before: string], { id: string; day: string }>(
  `select id, (occurred_at at time zone 'UTC')::date::text as day from holdfast.log_entries
   where log = $1 and occurred_at < $2::date::timestamp at time zone 'UTC' order by id limit 1`,
  { notNull: ["id", "day"] },
);

/** Days whose rows were removed although so many months of them are kept. */
export const findRemovedEarly = statement<[log: string, months: number], { day: string }>(
  `select day::text as day from holdfast.audit_days where log = $1 and removed_at is not null and removed_by is distinct from 'restore'
     and day >= (date_trunc('month', removed_at at time zone 'UTC') - make_interval(months => $2))::date order by day limit 1`,
  { notNull: ["day"] },
);

/** A restored backup does not hold what was read. */
export const forgetReads = statement(
  "update holdfast.audit_days set removed_at = now(), removed_by = 'restore' where log = 'reads' and removed_at is null",
);
export const forgetPrintsOfReads = statement("delete from holdfast.audit_prints where log = 'reads'");
