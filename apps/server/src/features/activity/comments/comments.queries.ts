import { statement } from "../../../platform/database/statement.ts";

export interface CommentRow {
  id: string;
  file_id: string;
  author_id: string | null;
  author_name: string | null;
  text: string;
  mentions: { id: string; name: string }[];
  created_at: Date;
  edited_at: Date | null;
}

const columns = `c.id, c.file_id, c.author_id, holdfast.person_name(c.author_id) as author_name, c.text, c.created_at, c.edited_at,
  (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name)), '[]') from (
     select m as id, holdfast.person_name(m) as name from unnest(c.mentions) m) m where m.name is not null) as mentions`;
const notNull = { notNull: ["mentions"] };

export const listRows = statement<[fileId: string, beforeId: string | null, limit: number], CommentRow>(
  `select ${columns} from holdfast.comments c where c.file_id = $1 and ($2::uuid is null or c.id < $2) order by c.id desc limit $3`,
  notNull,
);

export const countRows = statement<[fileId: string], { total: number }>(
  "select count(*)::int as total from holdfast.comments where file_id = $1",
  { notNull: ["total"] },
);

export const findRow = statement<[id: string], CommentRow>(
  `select ${columns} from holdfast.comments c where c.id = $1`,
  notNull,
);

/** Held until the transaction ends: so that the limit of a file holds when several write at once. */
export const lockComments = statement<[fileId: string], { locked: unknown }>(
  "select pg_advisory_xact_lock(hashtextextended('comments ' || $1::uuid::text, 0)) as locked",
);

/** How many the file has, and how many the author wrote or changed within a minute, of the last so many. */
export const countForLimits = statement<
  [fileId: string, authorId: string, looked: number],
  { on_file: number; lately: number }
>(
  `select (select count(*)::int from holdfast.comments where file_id = $1) as on_file,
     (select count(*)::int from (select created_at from holdfast.comments where author_id = $2 order by id desc limit $3) l
      where l.created_at > now() - interval '1 minute') as lately`,
  { notNull: ["on_file", "lately"] },
);

export const insertRow = statement<
  [id: string, fileId: string, authorId: string, text: string, mentions: readonly string[]]
>("insert into holdfast.comments (id, file_id, author_id, text, mentions) values ($1, $2, $3, $4, $5)");

export const updateRow = statement<[id: string, authorId: string, text: string, mentions: readonly string[]]>(
  "update holdfast.comments set text = $3, mentions = $4, edited_at = now() where id = $1 and author_id = $2",
);

export const deleteRow = statement<[id: string]>("delete from holdfast.comments where id = $1");

/** What people were told of a comment goes with it. Returns whose pages show less now. */
export const deleteToldOf = statement<[fileId: string, commentId: string], { user_id: string }>(
  "delete from holdfast.notifications where file_id = $1 and detail ->> 'commentId' = $2::uuid::text returning user_id",
);
