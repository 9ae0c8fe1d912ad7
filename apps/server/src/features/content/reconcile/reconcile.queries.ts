import { statement, statementFamily } from "../../../platform/database/statement.ts";

/** The installation's own name in the store, made where there is none. */
export const findOrSetInstallation = statement<[setting: string, id: string], { value: string | null }>(
  `insert into holdfast.settings as s (key, value) values ($1, to_jsonb($2::text))
   on conflict (key) do update set value = s.value returning value #>> '{}' as value`,
);

export interface SegmentOfTable {
  sha256: Buffer;
  size: number;
}

export const rowsAtOnce = 2000;

/** A page of segments in the order of their hashes, up to `$2`. */
export const listSegmentRows = statementFamily<">=" | ">", [from: Buffer, to: Buffer], SegmentOfTable>(
  [">=", ">"],
  (from) => ({
    text: `select sha256, size from holdfast.segments where sha256 ${from} $1 and sha256 <= $2 order by sha256 limit ${rowsAtOnce}`,
  }),
);

/** Segments that something refers to. */
export const findReferenced = statement<[sha256: readonly Buffer[]], SegmentOfTable>(
  `select s.sha256, s.size from holdfast.segments s where s.sha256 = any($1::bytea[])
     and (exists (select from holdfast.content_segments c where c.sha256 = s.sha256)
       or exists (select from holdfast.upload_segments u where u.sha256 = s.sha256))`,
);

/** Files that consist of a segment, with the paths that their owners see. */
export const findConcernedFiles = statement<
  [sha256: Buffer, atMost: number],
  { fileId: string; path: string; owner: string }
>(
  `select f.id as "fileId", holdfast.file_path(f.id) as path, coalesce(s.name, u.email) as owner
   from (
     select f.id from holdfast.content_segments c join holdfast.files f using (content_id) where c.sha256 = $1
     union
     select v.file_id from holdfast.content_segments c join holdfast.file_versions v using (content_id) where c.sha256 = $1
   ) concerned join holdfast.files f using (id) join holdfast.spaces s on s.id = f.space_id left join holdfast.users u on u.id = s.id
   order by f.id limit $2`,
);

export const markBad = statement<[sha256: readonly Buffer[]]>(
  "update holdfast.segments set state = 'bad' where sha256 = any($1::bytea[]) and state = 'stored'",
);
