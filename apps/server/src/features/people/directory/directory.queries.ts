import { statement } from "../../../platform/database/statement.ts";
import { canSignIn, nameOf } from "../people.queries.ts";

export interface FoundUser {
  id: string;
  name: string;
  email: string;
}

export interface FoundGroup {
  id: string;
  name: string;
  members: number;
}

const columns = `u.id, ${nameOf("u")} as name, u.email`;
const ways = [
  'lower(u.display_name) collate "C"',
  `lower(regexp_replace(u.display_name, '^.*\\s', '')) collate "C"`,
  'lower(u.email) collate "C"',
];

/** By how a name, its last word or an address begins, each from its index and no more than are shown. */
export const findUsers = statement<[pattern: string, exceptId: string, limit: number], FoundUser>(
  `select distinct on (lower(name), id) id, name, email from (${ways
    .map(
      (way) =>
        `(select ${columns} from holdfast.users u where ${way} like $1 and u.id <> $2 and ${canSignIn("u")} order by ${way} limit $3)`,
    )
    .join(" union all ")}) found order by lower(name), id limit $3`,
  { notNull: ["id", "name", "email"] },
);

export const findUserWithEmail = statement<[email: string, exceptId: string], FoundUser>(
  `select ${columns} from holdfast.users u where lower(u.email) = lower($1) and u.id <> $2 and ${canSignIn("u")} order by u.created_at limit 1`,
  { notNull: ["name"] },
);

/** @param memberId only groups that this person is in; null: all */
export const findGroups = statement<[pattern: string, memberId: string | null, limit: number], FoundGroup>(
  `select gr.id, gr.name, (select count(*)::int from holdfast.group_members m where m.group_id = gr.id) as members from holdfast.groups gr
   where lower(gr.name) collate "C" like $1
     and ($2::uuid is null or exists (select from holdfast.group_members m where m.group_id = gr.id and m.user_id = $2))
   order by lower(gr.name) collate "C" limit $3`,
  { notNull: ["members"] },
);
