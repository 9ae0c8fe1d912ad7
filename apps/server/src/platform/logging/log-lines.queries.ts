import { statement } from "../database/statement.ts";

export const insertLines = statement<
  [
    ids: string[],
    at: Date[],
    levels: number[],
    node: string,
    part: string,
    messages: string[],
    requestIds: (string | null)[],
    lines: string[],
  ]
>(
  `insert into holdfast.log_lines (id, logged_at, level, node, part, message, request_id, line)
   select l.id, l.at, l.level, $4, $5, l.message, l.request_id, l.line
   from unnest($1::uuid[], $2::timestamptz[], $3::int2[], $6::text[], $7::text[], $8::text[]) as l (id, at, level, message, request_id, line)`,
);

export interface LineRow {
  id: string;
  logged_at: Date;
  level: number;
  node: string;
  part: string;
  message: string;
  request_id: string | null;
  line: string;
}

/** Newest first, from behind the cursor. `pattern` is for the whole line. */
export const listLines = statement<
  [
    level: number,
    pattern: string | null,
    node: string | null,
    part: string | null,
    requestId: string | null,
    from: Date | null,
    to: Date | null,
    beforeAt: string | null,
    beforeId: string | null,
    limit: number,
  ],
  LineRow
>(
  `select id, logged_at, level, node, part, message, request_id, line from holdfast.log_lines
   where level >= $1 and ($2::text is null or line ilike $2) and ($3::text is null or node = $3) and ($4::text is null or part = $4)
     and ($5::text is null or request_id = $5) and ($6::timestamptz is null or logged_at >= $6) and ($7::timestamptz is null or logged_at < $7)
     and ($8::timestamptz is null or (logged_at, id) < ($8, $9::uuid))
   order by logged_at desc, id desc limit $10`,
);

export const ensurePartitions = statement<[], { ensure_log_partitions: unknown }>(
  "select holdfast.ensure_log_partitions()",
);

export const dropOld = statement<[days: number, bytes: number], { drop_old_logs: unknown }>(
  "select holdfast.drop_old_logs($1, $2)",
);
