import { statement } from "../../../platform/database/statement.ts";

export type RewindStatus = "running" | "completed" | "failed" | "cancelled";

/** How many files and folders, by what is to be done with them; `lost` are those that were deleted for good since. */
export interface RewindPlan {
  contents: number;
  restored: number;
  moved: number;
  trashed: number;
  lost: number;
}

export interface RewindLine {
  fileId: string;
  name: string;
  what: "contents" | "restored" | "moved" | "trashed" | "lost";
}

export interface RewindRow {
  id: string;
  space_id: string;
  to_time: Date;
  dry_run: boolean;
  status: RewindStatus;
  plan: RewindPlan | null;
  items_total: number | null;
  items_done: number;
  not_done: RewindLine[];
  sample: RewindLine[];
  error_code: string | null;
  error_detail: string | null;
  asked_by: string | null;
  ip: string | null;
  request_id: string | null;
  created_at: Date;
  ended_at: Date | null;
}

const columns = `id, space_id, to_time, dry_run, status, plan, items_total, items_done, not_done, sample, error_code, error_detail, asked_by,
  host(ip) as ip, request_id, created_at, ended_at`;

export const find = statement<[id: string], RewindRow>(`select ${columns} from holdfast.rewinds where id = $1`);

export const lock = statement<[id: string], RewindRow>(
  `select ${columns} from holdfast.rewinds where id = $1 and status = 'running' for update`,
);

export const list = statement<[spaceId: string], RewindRow>(
  `select ${columns} from holdfast.rewinds where space_id = $1 order by id desc limit 50`,
);

/** Rewinds of one space that begin at the same moment queue here. */
export const lockSpace = statement<[spaceId: string], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('rewinds:' || $1, 0))",
);

export const countRunning = statement<[spaceId: string], { running: number; dry: number }>(
  `select (count(*) filter (where not dry_run))::int as running, (count(*) filter (where dry_run))::int as dry
   from holdfast.rewinds where space_id = $1 and status = 'running'`,
);

type NewRewind = [
  id: string,
  spaceId: string,
  to: Date,
  dryRun: boolean,
  askedBy: string | null,
  ip: string | null,
  requestId: string | null,
];
export const insert = statement<NewRewind, RewindRow>(
  `insert into holdfast.rewinds (id, space_id, to_time, dry_run, asked_by, ip, request_id) values ($1, $2, $3, $4, $5, $6, $7)
   returning ${columns}`,
);

/** From when on places are known, by the database's clock, and what it says that the time is. */
export const findHistory = statement<[days: number], { since: Date; now: Date }>(
  `select greatest(now() - make_interval(days => $1),
     (select (value #>> '{}')::timestamptz from holdfast.settings where key = 'files.places-since')) as since, now() as now`,
  { notNull: ["since", "now"] },
);

export const setPlan = statement<[id: string, plan: string, sample: string, notDone: string, total: number]>(
  `update holdfast.rewinds set plan = $2::jsonb, sample = $3::jsonb, not_done = $4::jsonb, items_total = $5, touched_at = now() where id = $1`,
);

/** @param notDone what could not be done; only the first hundred of all are kept */
export const addDone = statement<[id: string, items: number, notDone: string]>(
  `update holdfast.rewinds set items_done = items_done + $2, touched_at = now(),
     not_done = case when jsonb_array_length(not_done) < 100 then not_done || $3::jsonb else not_done end
   where id = $1`,
);

type End = [id: string, status: RewindStatus, errorCode: string | null, errorDetail: string | null];
export const end = statement<End>(
  `update holdfast.rewinds set status = $2, error_code = $3, error_detail = $4, ended_at = now() where id = $1 and status = 'running'`,
);

export const deleteItems = statement<[id: string]>("delete from holdfast.rewind_items where rewind_id = $1");

/** Running ones that no worker has touched for a quarter of an hour. */
export const listLeftOver = statement<[], { id: string }>(
  "select id from holdfast.rewinds where status = 'running' and touched_at < now() - interval '15 minutes' limit 100",
);

export const deleteEnded = statement(
  "delete from holdfast.rewinds where ended_at < now() - case when dry_run then interval '1 day' else interval '90 days' end",
);

/** The oldest first, and no more of them than `$2`. */
export const deleteOldPlaces = statement<[days: number, atMost: number]>(
  `with oldest as (select id, changed_at from holdfast.file_places order by id limit $2)
   delete from holdfast.file_places p using oldest o where p.id = o.id and o.changed_at < now() - make_interval(days => $1)`,
);
