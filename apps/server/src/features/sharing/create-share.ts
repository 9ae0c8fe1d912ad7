import type { Share } from "@holdfast/contract";
import { execute } from "../../platform/database/database.ts";
import { keepAnswer, keepsAnswer } from "../../platform/http/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { checkExpiry } from "./expiry.ts";
import { hashSharePassword } from "./recipient/check-password.ts";
import { toShare } from "./share-view.ts";
import type { SharingDeps } from "./sharing.deps.ts";

export interface ShareWish {
  userId: string;
  fileId: string;
  linkType: "temporary" | "permanent";
  expiresAt?: string | null | undefined;
  password?: string | null | undefined;
  maxDownloads?: number | null | undefined;
  allowUpload?: boolean | undefined;
  label?: string | null | undefined;
  message?: string | null | undefined;
}

/**
 * One statement decides as `accessFile` does with the intent to change, makes the link and notes it: links are made thousands at a time, and
 * a transaction of five statements costs as many ways to the database.
 */
const statement = `
  with wanted as (
    select f.id, f.name, f.kind from holdfast.files f
    where f.id = $2 and f.user_id = $3 and f.parent_id is not null and holdfast.is_live(f.id)
  ), made as (
    insert into holdfast.sharing_links (id, file_id, user_id, link_type, expires_at, password_hash, max_downloads, allow_upload, created_at,
      label, message)
    select $1, w.id, $3, $4, $5, $6, $7, $8, $9, $13, $14 from wanted w where w.kind = 'folder' or not $8
    returning id, file_id
  ), noted as (
    insert into holdfast.audit_log (id, actor_id, action, target_id, ip, request_id, detail)
    select $10, $3, 'share.create', made.id, $11, $12, jsonb_build_object('fileId', made.file_id) from made
  )
  select w.name, w.kind, exists (select from made) as made from wanted w`;

/** Makes a link. Throws not_found, not_a_folder, invalid_expiry. */
export async function createShare(deps: SharingDeps, origin: Origin, wish: ShareWish, baseUrl: string): Promise<Share> {
  const now = deps.clock.now();
  const expiresAt = checkExpiry(wish.linkType, wish.expiresAt ?? null, now);
  const passwordHash = wish.password ? await hashSharePassword(deps, wish.password) : null;
  const id = newId(now.getTime());
  const maxDownloads = wish.maxDownloads ?? null;
  const allowUpload = wish.allowUpload ?? false;
  const [label, message] = [wish.label || null, wish.message || null];
  const values = [
    id,
    wish.fileId,
    wish.userId,
    wish.linkType,
    expiresAt,
    passwordHash,
    maxDownloads,
    allowUpload,
    now,
    newId(),
    origin.ip?.split("%")[0] ?? null,
    origin.requestId,
    label,
    message,
  ];
  const made = ([file]: MadeRow[]): Share => {
    if (!file) throw notFound();
    if (!file.made) throw notAFolder();
    const row = {
      id,
      file_id: wish.fileId,
      link_type: wish.linkType,
      expires_at: expiresAt,
      has_password: passwordHash !== null,
      max_downloads: maxDownloads,
      download_count: 0,
      access_count: 0,
      allow_upload: allowUpload,
      created_at: now,
      last_access_at: null,
      label,
      message,
      file_name: file.name,
      file_kind: file.kind,
      state: "live" as const,
    };
    return toShare(deps, row, baseUrl);
  };
  const share = keepsAnswer()
    ? await deps.db.transaction(async (tx) => keepAnswer(tx, made(await execute<MadeRow>(tx, statement, values))))
    : made((await deps.pool.query<MadeRow>({ name: "create-share", text: statement, values })).rows);
  deps.events.publish(wish.userId, { type: "shares.changed", id: wish.fileId });
  return share;
}

interface MadeRow {
  name: string;
  kind: "file" | "folder";
  made: boolean;
}

export function notAFolder(): ProblemError {
  return new ProblemError("not_a_folder", "Only a folder can take files from others. Share its folder instead.");
}
