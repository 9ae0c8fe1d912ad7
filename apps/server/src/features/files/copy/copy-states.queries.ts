import { statement } from "../../../platform/database/statement.ts";

export interface CopyRow {
  id: string;
  user_id: string;
  file_id: string;
  parent_id: string;
  name: string;
  on_conflict: "fail" | "rename";
  status: "running" | "completed" | "failed" | "cancelled";
  levels: number | null;
  entries_total: number | null;
  entries_done: number;
  error_code: string | null;
  error_detail: string | null;
  ip: string | null;
  request_id: string | null;
  created_at: Date;
  ended_at: Date | null;
}

const columns = `id, user_id, file_id, parent_id, name, on_conflict, status, levels, entries_total, entries_done, error_code, error_detail,
  host(ip) as ip, request_id, created_at, ended_at`;

export const find = statement<[id: string], CopyRow>(`select ${columns} from holdfast.copies where id = $1`);

export const lock = statement<[id: string], CopyRow>(
  `select ${columns} from holdfast.copies where id = $1 and status = 'running' for update`,
);

/** Those that run first, then the newest. */
export const list = statement<[userId: string], CopyRow>(
  `select ${columns} from holdfast.copies where user_id = $1 order by status = 'running' desc, id desc limit 100`,
);

/** Copies that one user begins at the same moment queue here. */
export const lockUser = statement<[userId: string], { pg_advisory_xact_lock: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('copies:' || $1, 0))",
);

export const countRunning = statement<[userId: string], { running: number }>(
  "select count(*)::int as running from holdfast.copies where user_id = $1 and status = 'running'",
);

type NewCopy = [
  id: string,
  userId: string,
  fileId: string,
  parentId: string,
  name: string,
  onConflict: "fail" | "rename",
  ip: string | null,
  requestId: string | null,
];
export const insert = statement<NewCopy, CopyRow>(
  `insert into holdfast.copies (id, user_id, file_id, parent_id, name, on_conflict, ip, request_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
);

export const setMeasure = statement<[id: string, levels: number, entries: number]>(
  "update holdfast.copies set levels = $2, entries_total = $3, touched_at = now() where id = $1",
);

export const addDone = statement<[id: string, entries: number]>(
  "update holdfast.copies set entries_done = entries_done + $2, touched_at = now() where id = $1",
);

type End = [
  id: string,
  status: "completed" | "failed" | "cancelled",
  errorCode: string | null,
  errorDetail: string | null,
];
export const end = statement<End>(
  `update holdfast.copies set status = $2, error_code = $3, error_detail = $4, ended_at = now() where id = $1 and status = 'running'`,
);

/** Running ones that no worker has touched for a quarter of an hour. */
export const listLeftOver = statement<[], { id: string }>(
  "select id from holdfast.copies where status = 'running' and touched_at < now() - interval '15 minutes' limit 100",
);

export const deleteEnded = statement("delete from holdfast.copies where ended_at < now() - interval '7 days'");
