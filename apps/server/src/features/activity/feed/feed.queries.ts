import { statement } from "../../../platform/database/statement.ts";
import { roleSees } from "../../access/index.ts";

export interface EntryRow {
  id: string;
  occurred_at: Date;
  last_at: Date;
  times: number;
  actor_id: string | null;
  actor_name: string | null;
  via: string | null;
  action: string;
  /** The file or folder that it is about. */
  file_id: string;
  target_name: string | null;
  former_name: string | null;
}

type Walk = [
  /** A space, or a file. */
  of: string,
  beforeId: string | null,
  changeActions: readonly string[],
  /** None where downloads are not told. */
  readActions: readonly string[],
  limit: number,
];

/** Never an address, nor anything else of `detail`: only what is named here leaves the log. */
const changed = `l.id, l.occurred_at, l.occurred_at as last_at, 1 as times, l.actor_id, l.via, l.action, coalesce(l.about_id, l.target_id) as file_id,
  case when l.about_id is null then coalesce(l.target_name, l.detail ->> 'to', l.detail ->> 'name') end as target_name,
  case when l.action in ('file.rename', 'file.move') and l.detail ->> 'from' <> l.detail ->> 'to' then l.detail ->> 'from' end as former_name`;
const read = `l.id, l.occurred_at, l.last_at, l.times, l.actor_id, l.via, l.action, l.target_id as file_id, l.target_name, null::text as former_name`;
const page = "order by l.id desc limit $5::int";
const before = "($2::uuid is null or l.id < $2)";
const columns = `w.id, w.occurred_at, w.last_at, w.times, w.actor_id, holdfast.person_name(w.actor_id) as actor_name, w.via, w.action, w.file_id,
  w.target_name, w.former_name`;
const notNull = { notNull: ["id", "occurred_at", "last_at", "times", "action", "file_id"] };

/** The newest entries of a space, whatever they are about: each walk reads an index in the order of ids. */
export const walkSpace = statement<Walk, EntryRow>(
  `select ${columns} from (
     (select ${changed} from holdfast.audit_log l where l.space_id = $1 and ${before} and l.action = any ($3::text[]) ${page})
     union all
     (select ${read} from holdfast.access_log l where l.space_id = $1 and ${before} and l.action = any ($4::text[])
        and l.outcome = 'ok' and cardinality($4::text[]) > 0 ${page})
   ) w order by w.id desc limit $5`,
  notNull,
);

/** Those of one file, links to it and roles on it. What was done with it in another space is not told in this one. */
export const walkFile = statement<Walk, EntryRow>(
  `select ${columns} from (
     (select ${changed} from holdfast.audit_log l where l.target_id = $1 and ${before} and l.action = any ($3::text[])
        and (l.space_id is null or l.space_id = (select f.space_id from holdfast.files f where f.id = $1)) ${page})
     union all
     (select ${changed} from holdfast.audit_log l where l.about_id = $1 and ${before} and l.action = any ($3::text[])
        and (l.space_id is null or l.space_id = (select f.space_id from holdfast.files f where f.id = $1)) ${page})
     union all
     (select ${read} from holdfast.access_log l where l.target_id = $1 and ${before} and l.action = any ($4::text[])
        and l.outcome = 'ok' and cardinality($4::text[]) > 0 and (l.space_id is null or l.space_id = (select f.space_id from holdfast.files f where f.id = $1)) ${page})
   ) w order by w.id desc limit $5`,
  notNull,
);

export interface SeenRow {
  id: string;
  name: string;
  kind: "file" | "folder";
  role: string;
}

/** Of these, what somebody may see and what is the folder or lies somewhere in it, as it is now. */
export const listSeenInside = statement<[principalId: string, ids: readonly string[], folderId: string], SeenRow>(
  `select f.id, f.name, f.kind, a.role from holdfast.access_to($1, $2) a join holdfast.files f on f.id = a.file_id
   where ${roleSees("f.id")} and (f.id = $3 or f.space_id = $3 or exists (
     with recursive up as (
       select f.parent_id as id
       union all
       select p.parent_id from up join holdfast.files p on p.id = up.id where up.id <> $3
     ) select from up where up.id = $3))`,
);
