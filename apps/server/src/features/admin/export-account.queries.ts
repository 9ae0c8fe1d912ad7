import { statement } from "../../platform/database/statement.ts";

/** Rows that one statement reads at most. */
export const exportPageSize = 1000;

/** One row of a list: its id, and the object that is written. */
export interface ExportRow {
  id: string;
  row: unknown;
}

export const findProfile = statement<[userId: string], { row: unknown }>(
  `select jsonb_build_object('id', u.id, 'email', u.email, 'displayName', u.display_name, 'role', u.role,
     'quotaBytes', (select quota_bytes from holdfast.spaces where id = u.id), 'usedBytes', holdfast.used_bytes(u.id), 'createdAt', u.created_at,
     'lastSignInAt', u.last_sign_in_at) as row from holdfast.users u where u.id = $1`,
);

const page = `order by id limit ${exportPageSize}`;

// One object a row, named as in the API; secrets and what opens something are left out.

export const listOwnSessions = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'createdAt', created_at, 'ip', host(ip), 'userAgent', user_agent) as row
   from auth.sessions where user_id = $1 and id > $2 ${page}`,
);

export const listOwnLogins = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('occurredAt', occurred_at, 'firstAt', coalesce(first_at, occurred_at), 'attempts', attempts,
     'ip', coalesce(host(ip), network::text), 'userAgent', user_agent, 'method', method, 'outcome', outcome) as row from holdfast.login_history where user_id = $1 and id > $2 ${page}`,
);

export const listOwnAccessTokens = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'name', name, 'scopes', scopes, 'createdAt', created_at, 'expiresAt', expires_at,
     'lastUsedAt', last_used_at) as row from holdfast.access_tokens where user_id = $1 and id > $2 ${page}`,
);

export const listOwnLinks = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'fileId', file_id, 'linkType', link_type, 'createdAt', created_at,
     'expiresAt', expires_at, 'revokedAt', revoked_at, 'maxDownloads', max_downloads, 'downloadCount', download_count,
     'accessCount', access_count, 'allowUpload', allow_upload, 'receivedFiles', received_files, 'receivedBytes', received_bytes, 'label', label, 'message', message) as row
   from holdfast.sharing_links where user_id = $1 and id > $2 ${page}`,
);

/** Roles that others have by this user's hand, or on this user's files. */
export const listGrantsGiven = statement<[userId: string, afterId: string], ExportRow>(
  `select g.id, jsonb_build_object('id', g.id, 'fileId', g.file_id, 'fileName', f.name, 'to', coalesce(u.display_name, u.email, n.name),
     'granteeType', case when g.user_id is null then 'group' else 'user' end, 'role', g.role, 'createdAt', g.created_at,
     'expiresAt', g.expires_at) as row
   from (select id from holdfast.grants where created_by = $1 union select id from holdfast.grants where space_id = $1) mine
   join holdfast.grants g on g.id = mine.id join holdfast.files f on f.id = g.file_id
   left join holdfast.users u on u.id = g.user_id left join holdfast.groups n on n.id = g.group_id
   where g.id > $2 order by g.id limit ${exportPageSize}`,
);

/** By name, and as a member of groups. */
export const listGrantsReceived = statement<[userId: string, afterId: string], ExportRow>(
  `select g.id, jsonb_build_object('id', g.id, 'fileId', g.file_id, 'fileName', f.name, 'group', n.name, 'role', g.role,
     'createdAt', g.created_at, 'expiresAt', g.expires_at) as row
   from holdfast.grants g join holdfast.files f on f.id = g.file_id left join holdfast.groups n on n.id = g.group_id
   where g.grantee_id = any (holdfast.grantees_of($1)) and g.id > $2 order by g.id limit ${exportPageSize}`,
);

export const listOwnGroups = statement<[userId: string, afterId: string], ExportRow>(
  `select n.id, jsonb_build_object('id', n.id, 'name', n.name, 'addedAt', m.added_at) as row
   from holdfast.group_members m join holdfast.groups n on n.id = m.group_id
   where m.user_id = $1 and n.id > $2 order by n.id limit ${exportPageSize}`,
);

export const listOwnFiles = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'parentId', nullif(parent_id, space_id), 'name', name, 'kind', kind,
     'fileSize', file_size, 'fileType', file_type, 'uploadedAt', uploaded_at, 'lastModified', last_modified,
     'trashedAt', trashed_at) as row
   from holdfast.files where space_id = $1 and parent_id is not null and purged_at is null and id > $2 ${page}`,
);

export const listOwnComments = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'fileId', file_id, 'text', text, 'createdAt', created_at, 'editedAt', edited_at) as row
   from holdfast.comments where author_id = $1 and id > $2 ${page}`,
);

export const listOwnNotifications = statement<[userId: string, afterId: string], ExportRow>(
  `select id, jsonb_build_object('id', id, 'kind', kind, 'detail', detail, 'createdAt', created_at, 'readAt', read_at) as row
   from holdfast.notifications where user_id = $1 and id > $2 ${page}`,
);
