import type { Share } from "@holdfast/contract";
import { viaOfOrigin } from "../../platform/audit/audit.ts";
import type { Queryable } from "../../platform/database/database.ts";
import { keepAnswer, keepsAnswer } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { accessFile } from "../access/index.ts";
import { checkExpiry } from "./expiry.ts";
import { hashSharePassword } from "./recipient/check-password.ts";
import { toShare } from "./share-view.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import { insertLink } from "./sharing.queries.ts";

export interface NewShare {
  userId: string;
  fileId: string;
  linkType: "temporary" | "permanent";
  expiresAt?: string | null | undefined;
  password?: string | null | undefined;
  maxDownloads?: number | null | undefined;
  allowUpload?: boolean | undefined;
  maxFiles?: number | null | undefined;
  maxBytes?: number | null | undefined;
  maxFileSize?: number | null | undefined;
  label?: string | null | undefined;
  message?: string | null | undefined;
}

/** Makes a link. Throws not_found, forbidden, not_a_folder, invalid_expiry. */
export async function createShare(
  deps: SharingDeps,
  origin: Origin,
  wanted: NewShare,
  baseUrl: string,
): Promise<Share> {
  const now = deps.clock.now();
  const expiresAt = checkExpiry(wanted.linkType, wanted.expiresAt ?? null, now);
  const passwordHash = wanted.password ? await hashSharePassword(deps, wanted.password) : null;
  const id = newId(now.getTime());
  const maxDownloads = wanted.maxDownloads ?? null;
  const allowUpload = wanted.allowUpload ?? false;
  const [label, message] = [wanted.label || null, wanted.message || null];
  const values = [
    id,
    wanted.fileId,
    wanted.userId,
    wanted.linkType,
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
    wanted.maxFiles ?? null,
    wanted.maxBytes ?? null,
    wanted.maxFileSize ?? null,
    viaOfOrigin(origin),
  ] as const;
  const insert = async (db: Queryable): Promise<Share> => {
    const file = await insertLink.first(db, ...values);
    if (!file) {
      await accessFile(db, wanted.userId, wanted.fileId, "share");
      throw notFound();
    }
    if (!file.made) throw notAFolder();
    const row = {
      id,
      file_id: wanted.fileId,
      link_type: wanted.linkType,
      expires_at: expiresAt,
      has_password: passwordHash !== null,
      max_downloads: maxDownloads,
      download_count: 0,
      access_count: 0,
      allow_upload: allowUpload,
      max_files: wanted.maxFiles ?? null,
      max_bytes: wanted.maxBytes ?? null,
      max_file_bytes: wanted.maxFileSize ?? null,
      received_files: 0,
      received_bytes: 0,
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
    ? await deps.db.transaction(async (tx) => keepAnswer(tx, await insert(tx)))
    : await insert(deps.db);
  deps.events.publish(wanted.userId, { type: "shares.changed", id: wanted.fileId });
  return share;
}

export function notAFolder(): ProblemError {
  return new ProblemError("not_a_folder", "Only a folder can take files from others. Share its folder instead.");
}
