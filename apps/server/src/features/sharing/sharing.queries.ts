import { statement } from "../../platform/database/statement.ts";
import { roleMay } from "../access/index.ts";
import type { UploadLimitColumns } from "./upload-limits.ts";

/** A link as its owner sees it. */
export interface ShareRow extends UploadLimitColumns {
  id: string;
  file_id: string;
  link_type: "temporary" | "permanent";
  expires_at: Date | null;
  has_password: boolean;
  max_downloads: number | null;
  download_count: number;
  access_count: number;
  allow_upload: boolean;
  created_at: Date;
  last_access_at: Date | null;
  file_name: string;
  file_kind: "file" | "folder";
  label: string | null;
  message: string | null;
  state: "live" | "expired" | "exhausted" | "revoked" | "unavailable";
}

type ListFilter = [
  userId: string,
  now: Date,
  linkId: string | null,
  fileId: string | null,
  beforeId: string | null,
  limit: number,
  /** Each is in the label or the name of the file. */
  patterns: string[],
  state: string | null,
  /** Everybody's links in this space, which was judged, in place of the user's own. */
  spaceId: string | null,
];

/**
 * A user's links, newest first, with where their files are as far as the user sees it. Filters that are null let everything through. A link
 * is its maker's, whatever became of the role on the file: without one it leads nowhere, as `findLiveLinks` judges too.
 */
export const listLinks = statement<ListFilter, ShareRow & { file_path: string; maker_id: string; maker: string }>(
  `select s.*, holdfast.path_seen(s.file_id, $1) as file_path from (
     select l.user_id as maker_id, coalesce((select coalesce(nullif(u.display_name, ''), u.email) from holdfast.users u where u.id = l.user_id), '') as maker, l.id, l.file_id, l.link_type, l.expires_at, l.password_hash is not null as has_password, l.max_downloads, l.download_count,
       l.access_count, l.allow_upload, l.max_files, l.max_bytes, l.max_file_bytes, l.received_files, l.received_bytes, l.created_at, l.last_access_at, l.label, l.message, f.name as file_name, f.kind as file_kind,
       case
         when l.revoked_at is not null then 'revoked'
         when l.expires_at <= $2 then 'expired'
         when not holdfast.is_live(l.file_id) then 'unavailable'
         when not exists (select from holdfast.access_to(l.user_id, array[l.file_id]) a where ${roleMay("share")}) then 'unavailable'
         when l.download_count >= l.max_downloads then 'exhausted'
         else 'live'
       end as state
     from holdfast.sharing_links l join holdfast.files f on f.id = l.file_id
     where case when $9::uuid is null then l.user_id = $1 else f.space_id = $9 end and ($3::uuid is null or l.id = $3) and ($4::uuid is null or l.file_id = $4) and ($5::uuid is null or l.id < $5)
       and (cardinality($7::text[]) = 0 or concat_ws(' ', l.label, f.name) ilike all ($7::text[]))
   ) s where $8::text is null or s.state = $8
   order by s.id desc limit $6`,
);

type NewLink = [
  id: string,
  fileId: string,
  userId: string,
  linkType: "temporary" | "permanent",
  expiresAt: Date | null,
  passwordHash: string | null,
  maxDownloads: number | null,
  allowUpload: boolean,
  createdAt: Date,
  entryId: string,
  ip: string | null,
  requestId: string | null,
  label: string | null,
  message: string | null,
  maxFiles: number | null,
  maxBytes: number | null,
  maxFileBytes: number | null,
  via: string,
];

/**
 * One statement decides by `access_to`, makes the link and notes it: links are made thousands at a time, and
 * a transaction of five statements costs as many ways to the database. No row where there is no such file; not made where a file cannot take files.
 */
export const insertLink = statement<NewLink, { name: string; kind: "file" | "folder"; made: boolean }>(
  `with wanted as (
     select f.id, f.name, f.kind from holdfast.access_to($3, array[$2]::uuid[]) a join holdfast.files f on f.id = a.file_id
     where ${roleMay("share")} and f.parent_id is not null and holdfast.is_live(f.id)
   ), made as (
     insert into holdfast.sharing_links (id, file_id, user_id, link_type, expires_at, password_hash, max_downloads, allow_upload, created_at,
       label, message, max_files, max_bytes, max_file_bytes)
     select $1, w.id, $3, $4, $5, $6, $7, $8, $9, $13, $14, $15, $16, $17 from wanted w where w.kind = 'folder' or not $8
     returning id, file_id
   ), noted as (
     insert into holdfast.audit_log (id, actor_id, via, action, target_id, target_name, ip, request_id, detail)
     select $10, $3, $18, 'share.create', made.id, w.name, $11, $12, jsonb_build_object('fileId', made.file_id) from made join wanted w on true
   )
   select w.name, w.kind, exists (select from made) as made from wanted w`,
);

/** A link as a change finds it. */
export interface LockedLink extends UploadLimitColumns {
  file_id: string;
  link_type: "temporary" | "permanent";
  expires_at: Date | null;
  max_downloads: number | null;
  download_count: number;
  allow_upload: boolean;
  revoked_at: Date | null;
  label: string | null;
  message: string | null;
  file_kind: "file" | "folder";
}

/** `managed`: somebody else's as well, in a team that the user manages. */
export const lockLink = statement<[id: string, userId: string, managed: boolean], LockedLink>(
  `select l.file_id, l.link_type, l.expires_at, l.max_downloads, l.download_count, l.allow_upload, l.max_files, l.max_bytes, l.max_file_bytes, l.received_files, l.received_bytes, l.revoked_at, l.label, l.message,
     f.kind as file_kind
   from holdfast.sharing_links l join holdfast.files f on f.id = l.file_id
   where l.id = $1 and (l.user_id = $2 or $3 and holdfast.member_role(f.space_id, $2) = 'manager'
     and exists (select from holdfast.spaces s where s.id = f.space_id and s.kind = 'team')) for update of l`,
);

type ChangedLink = [
  id: string,
  linkType: "temporary" | "permanent",
  expiresAt: Date | null,
  maxDownloads: number | null,
  allowUpload: boolean,
  label: string | null,
  message: string | null,
  maxFiles: number | null,
  maxBytes: number | null,
  maxFileBytes: number | null,
];
export const updateLink = statement<ChangedLink>(
  `update holdfast.sharing_links set link_type = $2, expires_at = $3, max_downloads = $4, allow_upload = $5, label = $6, message = $7,
     max_files = $8, max_bytes = $9, max_file_bytes = $10
   where id = $1 and revoked_at is null`,
);

/** Another password, or none: who unlocked the link with the former one has to do it again. */
export const setPassword = statement<[id: string, passwordHash: string | null]>(
  `update holdfast.sharing_links set password_hash = $2, password_version = password_version + 1 where id = $1 and revoked_at is null`,
);

export const revokeLink = statement<[id: string, at: Date]>(
  "update holdfast.sharing_links set revoked_at = $2 where id = $1 and revoked_at is null",
);

interface AccessRow {
  id: string;
  occurredAt: Date;
  firstAt: Date;
  times: number;
  address: string | null;
  userAgent: string | null;
  action: "view" | "unlock" | "preview" | "download" | "archive" | "upload";
  outcome: "aborted" | "completed" | "exhausted" | "locked" | "ok" | "wrong_password";
  fileName: string | null;
  senderName: string | null;
  senderMessage: string | null;
}

export const listAccesses = statement<[linkId: string, beforeId: string | null, limit: number], AccessRow>(
  `select id, occurred_at as "occurredAt", coalesce(first_at, occurred_at) as "firstAt", times, address, user_agent as "userAgent", action, outcome, file_name as "fileName",
     sender_name as "senderName", sender_message as "senderMessage"
   from holdfast.share_accesses where link_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
  { notNull: ["firstAt"] },
);

/** A transfer may still be running a week after its grant has ended, and renews it when it ends. */
export const deleteOldGrants = statement(
  "delete from holdfast.share_grants where expires_at < now() - interval '7 days'",
);

export const deleteOldAccesses = statement(
  "delete from holdfast.share_accesses where occurred_at < now() - interval '90 days'",
);

/** Of each link, action and outcome the newest so many. */
export const deleteExcessAccesses = statement<[kept: number]>(
  `delete from holdfast.share_accesses a using (
     select id, row_number() over (partition by link_id, action, outcome order by id desc) as nth from holdfast.share_accesses) r
   where a.id = r.id and r.nth > $1`,
);
