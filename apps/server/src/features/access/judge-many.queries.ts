import { statement } from "../../platform/database/statement.ts";
import type { Role, Standing } from "./access.queries.ts";
import { grantCounts } from "./intents.ts";

export interface Judged {
  nth: number;
  role: Role;
  standing: Standing;
  trashed_at: Date | null;
}

/** What each principal has on a file, for many of both at once; no row where they have no role on it. */
export const judgePairs = statement<[principalIds: readonly string[], fileIds: readonly string[]], Judged>(
  `select w.nth::int, a.role, holdfast.standing(f.id) as standing, f.trashed_at
   from unnest($1::uuid[], $2::uuid[]) with ordinality w (principal_id, file_id, nth)
   cross join lateral holdfast.access_to(w.principal_id, array[w.file_id]) a join holdfast.files f on f.id = a.file_id`,
  { notNull: ["nth"] },
);

export interface SeenSpaces {
  user_id: string;
  spaces: string[];
  /** Another one where somebody was given something else. */
  mark: string | null;
}

/** Others' spaces in which somebody sees something, as far as pages are told of changes in so many, and a mark of what was given to them. */
export const findSeenSpaces = statement<[userIds: readonly string[], most: number], SeenSpaces>(
  `select u.id as user_id, array(select s.space_id from holdfast.spaces_seen(u.id) s where s.space_id <> u.id limit $2) as spaces,
     (select md5(string_agg(concat_ws(' ', g.file_id, g.grantee_id, g.role, g.expires_at), ',' order by g.id)) from holdfast.grants g
      where g.grantee_id = any (holdfast.grantees_of(u.id)) and ${grantCounts()}) as mark
   from unnest($1::uuid[]) u (id)`,
  { notNull: ["user_id", "spaces"] },
);
