import { statement } from "../../../platform/database/statement.ts";
import { roleMay } from "../../access/index.ts";

const active = "u.deleted_at is null and (u.disabled_until is null or u.disabled_until <= now())";

/** Of these people, those who may see a file. */
export const whoSees = statement<[fileId: string, ids: readonly string[]], { id: string }>(
  `select u.id from holdfast.users u cross join lateral holdfast.access_to(u.id, array[$1::uuid]) a
   where u.id = any ($2::uuid[]) and ${active} and ${roleMay("see")}`,
);

/** People who may see a file, whose open pages are told of a comment. */
export const listSeeing = statement<[fileId: string, most: number], { id: string }>(
  `select n.user_id as id from holdfast.people_near($1) n cross join lateral holdfast.access_to(n.user_id, array[$1::uuid]) a
   where ${roleMay("see")} limit $2`,
  { notNull: ["id"] },
);

/** Who is told of a comment: those who wrote one, the last ones first, the owner, and managers, as far as they may see the file still. */
export const listConcerned = statement<[fileId: string, most: number], { id: string }>(
  `select c.id from (
     select w.author_id as id from (
       select author_id from holdfast.comments where file_id = $1 and author_id is not null group by author_id order by max(created_at) desc limit $2) w
     union
     select n.user_id from (select user_id from holdfast.people_near($1, 'manager') limit $2) n
   ) c join holdfast.users u on u.id = c.id cross join lateral holdfast.access_to(c.id, array[$1::uuid]) a
   where ${active} and ${roleMay("see")} limit $2`,
  { notNull: ["id"] },
);

/** People who may see a file and whose name contains the text, but for who asks. */
export const listNamed = statement<
  [fileId: string, askerId: string, pattern: string, most: number],
  { id: string; name: string }
>(
  `select c.id, c.name from (
     select u.id, holdfast.person_name(u.id) as name from holdfast.people_near($1) n join holdfast.users u on u.id = n.user_id
     where u.id <> $2 and ${active} and holdfast.person_name(u.id) ilike $3 order by 2, 1 limit 5 * $4::int
   ) c cross join lateral holdfast.access_to(c.id, array[$1::uuid]) a
   where ${roleMay("see")} order by c.name, c.id limit $4`,
  { notNull: ["name"] },
);
