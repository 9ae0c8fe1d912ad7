import { type Database, execute } from "../../platform/database/database.ts";

const PAGE = 1000;

/** A list of the document: each row as JSON, ordered by its id, from behind `$2`. */
interface Part {
  readonly name: string;
  readonly sql: string;
}

/** One object a row, named as in the API; secrets and what opens something are left out. */
const parts: readonly Part[] = [
  {
    name: "sessions",
    sql: `select id, jsonb_build_object('id', id, 'createdAt', created_at, 'ip', host(ip), 'userAgent', user_agent) as row
          from auth.sessions where user_id = $1 and id > $2`,
  },
  {
    name: "logins",
    sql: `select id, jsonb_build_object('occurredAt', occurred_at, 'ip', host(ip), 'userAgent', user_agent, 'method', method,
            'outcome', outcome) as row from holdfast.login_history where user_id = $1 and id > $2`,
  },
  {
    name: "accessTokens",
    sql: `select id, jsonb_build_object('id', id, 'name', name, 'scopes', scopes, 'createdAt', created_at, 'expiresAt', expires_at,
            'lastUsedAt', last_used_at) as row from holdfast.access_tokens where user_id = $1 and id > $2`,
  },
  {
    name: "shares",
    sql: `select id, jsonb_build_object('id', id, 'fileId', file_id, 'linkType', link_type, 'createdAt', created_at,
            'expiresAt', expires_at, 'revokedAt', revoked_at, 'maxDownloads', max_downloads, 'downloadCount', download_count,
            'accessCount', access_count, 'allowUpload', allow_upload, 'label', label, 'message', message) as row
          from holdfast.sharing_links where user_id = $1 and id > $2`,
  },
  {
    name: "files",
    sql: `select id, jsonb_build_object('id', id, 'parentId', nullif(parent_id, space_id), 'name', name, 'kind', kind,
            'fileSize', file_size, 'fileType', file_type, 'uploadedAt', uploaded_at, 'lastModified', last_modified,
            'trashedAt', trashed_at) as row
          from holdfast.files where space_id = $1 and parent_id is not null and purged_at is null and id > $2`,
  },
];

/** The account as JSON text, piece by piece: however many files there are, a page of them is in memory. */
export async function* exportOf(db: Database, userId: string): AsyncGenerator<string> {
  const [profile] = await execute<{ row: unknown }>(
    db,
    `select jsonb_build_object('id', u.id, 'email', u.email, 'displayName', u.display_name, 'role', u.role,
       'quotaBytes', s.quota_bytes, 'usedBytes', holdfast.used_bytes(u.id), 'createdAt', u.created_at,
       'lastSignInAt', u.last_sign_in_at) as row from holdfast.users u join holdfast.spaces s on s.id = u.id where u.id = $1`,
    [userId],
  );
  yield `{"exportedAt":${JSON.stringify(new Date())},"profile":${JSON.stringify(profile?.row ?? null)}`;
  for (const { name, sql } of parts) {
    yield `,\n"${name}":[`;
    let first = true;
    for await (const rows of pagesOf(db, sql, userId)) {
      yield (first ? "" : ",") + rows.map(({ row }) => `\n${JSON.stringify(row)}`).join(",");
      first = false;
    }
    yield "]";
  }
  yield "}\n";
}

async function* pagesOf(db: Database, sql: string, userId: string) {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await execute<{ id: string; row: unknown }>(db, `${sql} order by id limit ${PAGE}`, [userId, after]);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id as string;
  }
}
