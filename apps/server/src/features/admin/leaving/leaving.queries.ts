import { statement } from "../../../platform/database/statement.ts";
import { grantCounts } from "../../access/index.ts";

interface Ends {
  files: number;
  bytes: number;
  links: number;
  grants: number;
  people: number;
}

/** What a user leaves behind, as far as others notice. */
export const findEnds = statement<[userId: string, now: Date], Ends>(
  `with given as materialized (
     select g.user_id, g.group_id from holdfast.grants g where g.space_id = $1 and (g.expires_at is null or g.expires_at > $2)
   )
   select holdfast.used_entries(s.id)::int as files, holdfast.used_bytes(s.id) as bytes,
     (select count(*)::int from holdfast.sharing_links l where l.user_id = s.id and l.revoked_at is null
       and (l.expires_at is null or l.expires_at > $2)) as links,
     (select count(*)::int from given) as grants,
     (select count(*)::int from (
       select user_id from given where user_id is not null
       union select m.user_id from given join holdfast.group_members m on m.group_id = given.group_id where m.user_id <> $1
     ) p) as people
   from holdfast.spaces s where s.id = $1`,
);

/** Teams that would have no manager without this user: nobody else by themselves, and no group with anybody else in it. */
export const listSoleTeams = statement<[userId: string], { id: string; name: string }>(
  `select s.id, s.name from holdfast.grants g join holdfast.spaces s on s.id = g.file_id
   where g.user_id = $1 and g.role = 'manager' and s.kind = 'team' and s.deleted_at is null and ${grantCounts()}
     and not exists (
       select from holdfast.grants o left join holdfast.group_members m on m.group_id = o.group_id
       join holdfast.users u on u.id = coalesce(o.user_id, m.user_id)
       where o.file_id = s.id and o.role = 'manager' and ${grantCounts("o")}
         and u.id <> $1 and u.deleted_at is null)
   order by lower(s.name), s.id`,
  { notNull: ["name"] },
);

export interface TransferRow {
  id: string;
  user_id: string;
  folder_id: string;
  status: "running" | "completed" | "failed";
  entries_done: number;
  error_code: string | null;
  error_detail: string | null;
  asked_by: string | null;
  ip: string | null;
  request_id: string | null;
  created_at: Date;
  ended_at: Date | null;
}

const columns =
  "id, user_id, folder_id, status, entries_done, error_code, error_detail, asked_by, host(ip) as ip, request_id, created_at, ended_at";

export const findTransfer = statement<[id: string], TransferRow>(
  `select ${columns} from holdfast.transfers where id = $1`,
);

export const findLatestTransfer = statement<[userId: string], TransferRow>(
  `select ${columns} from holdfast.transfers where user_id = $1 order by id desc limit 1`,
);

/** No row where one is under way. */
export const insertTransfer = statement<
  [id: string, userId: string, folderId: string, askedBy: string | null, ip: string | null, requestId: string | null],
  TransferRow
>(
  `insert into holdfast.transfers (id, user_id, folder_id, asked_by, ip, request_id) values ($1, $2, $3, $4, $5, $6)
   on conflict (user_id) where status = 'running' do nothing returning ${columns}`,
);

export const addTransferred = statement<[id: string, entries: number]>(
  "update holdfast.transfers set entries_done = entries_done + $2 where id = $1",
);

export const endTransfer = statement<
  [id: string, status: "completed" | "failed", errorCode: string | null, errorDetail: string | null]
>(
  "update holdfast.transfers set status = $2, error_code = $3, error_detail = $4, ended_at = now() where id = $1 and status = 'running'",
);

export const findSpaceOf = statement<[id: string], { id: string; kind: "personal" | "team" }>(
  `select s.id, s.kind from holdfast.spaces s left join holdfast.users u on u.id = s.id
   where s.id = $1 and s.archived_at is null and s.deleted_at is null and (s.kind = 'team' or u.deleted_at is null)`,
);
