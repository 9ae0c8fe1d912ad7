import { statement } from "../../../platform/database/statement.ts";

interface ReportRow {
  id: string;
  started_at: Date;
  finished_at: Date | null;
  objects: number;
  bytes: number;
  segments: number;
  unreferenced: number;
  unreferenced_bytes: number;
  removed: number;
  removed_bytes: number;
  missing: number;
  wrong_size: number;
  unknown: number;
  leftovers: number;
  leftover_bytes: number;
  refusal: string | null;
  problems: unknown;
}

const columns = `id, started_at, finished_at, objects, bytes, segments, unreferenced, unreferenced_bytes, removed, removed_bytes, missing,
  wrong_size, unknown, leftovers, leftover_bytes, refusal, problems`;

type Report = [
  id: string,
  startedAt: Date,
  finishedAt: Date | null,
  objects: number,
  bytes: number,
  segments: number,
  unreferenced: number,
  unreferencedBytes: number,
  removed: number,
  removedBytes: number,
  missing: number,
  wrongSize: number,
  unknown: number,
  leftovers: number,
  leftoverBytes: number,
  refusal: string | null,
  problems: string,
];

/** Makes a report's row, or brings it up to date. */
export const saveReport = statement<Report>(
  `insert into holdfast.storage_reports (${columns})
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
   on conflict (id) do update set (${columns}) = row (excluded.*)`,
);

/** What a finished report did not see is no orphan any more. */
export const deleteUnseen = statement<[reportId: string]>(
  "delete from holdfast.storage_orphans where last_seen_in <> $1",
);

export const deleteReports = statement<[startedBefore: Date]>(
  "delete from holdfast.storage_reports where started_at < $1",
);

export const findLastFinished = statement<[], { at: Date | null }>(
  "select max(finished_at) as at from holdfast.storage_reports",
);

export const findLastReport = statement<[], ReportRow>(
  `select ${columns} from holdfast.storage_reports where finished_at is not null order by started_at desc limit 1`,
);
