import type { Share } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../platform/http/problem.ts";
import { type NewShare, notAFolder } from "./create-share.ts";
import { checkExpiry } from "./expiry.ts";
import { changeLink, lockLink } from "./link-states.ts";
import { hashSharePassword } from "./recipient/check-password.ts";
import { listShareRows, toShare } from "./share-view.ts";
import type { SharingDeps } from "./sharing.deps.ts";

export type ShareChange = Partial<
  Pick<
    NewShare,
    | "linkType"
    | "expiresAt"
    | "password"
    | "maxDownloads"
    | "allowUpload"
    | "maxFiles"
    | "maxBytes"
    | "maxFileSize"
    | "label"
    | "message"
  >
>;

/**
 * Changes what a link allows. What is left out stays. A changed or removed password ends every unlocking of before.
 * Throws not_found (also for a revoked link), not_a_folder, invalid_expiry, invalid_request.
 */
export async function updateShare(
  deps: SharingDeps,
  origin: Origin,
  userId: string,
  linkId: string,
  change: ShareChange,
  baseUrl: string,
): Promise<Share> {
  const now = deps.clock.now();
  const passwordHash = change.password ? await hashSharePassword(deps, change.password) : null;
  const row = await deps.db.transaction(async (tx) => {
    const link = await lockLink(tx, userId, linkId);
    if (link.revoked_at !== null) throw notFound();
    const linkType = change.linkType ?? link.link_type;
    const allowUpload = change.allowUpload ?? link.allow_upload;
    if (allowUpload && link.file_kind !== "folder") throw notAFolder();
    const maxDownloads = change.maxDownloads === undefined ? link.max_downloads : change.maxDownloads;
    if (maxDownloads !== null && maxDownloads < link.download_count) throw tooFew(link.download_count);
    const limits = {
      link_type: linkType,
      expires_at: nextExpiry(linkType, change.expiresAt, link.expires_at, now),
      max_downloads: maxDownloads,
      allow_upload: allowUpload,
      max_files: change.maxFiles === undefined ? link.max_files : change.maxFiles,
      max_bytes: change.maxBytes === undefined ? link.max_bytes : change.maxBytes,
      max_file_bytes: change.maxFileSize === undefined ? link.max_file_bytes : change.maxFileSize,
      label: change.label === undefined ? link.label : change.label || null,
      message: change.message === undefined ? link.message : change.message || null,
    };
    await changeLink(tx, linkId, limits, change.password === undefined ? undefined : passwordHash);
    await audit(tx, origin, { action: "share.update", targetId: linkId, detail: { changed: Object.keys(change) } });
    const [updated] = await listShareRows(tx, { userId, now, linkId, limit: 1 });
    return updated!;
  });
  deps.events.publish(userId, { type: "shares.changed", id: row.file_id });
  return toShare(deps, row, baseUrl);
}

/** An expiry that nobody touches may have passed: then the link stays expired, and its other limits can still be changed. */
function nextExpiry(
  linkType: "temporary" | "permanent",
  wanted: string | null | undefined,
  present: Date | null,
  now: Date,
): Date | null {
  if (wanted !== undefined) return checkExpiry(linkType, wanted, now);
  if (linkType === "temporary" && present !== null) return present;
  return checkExpiry(linkType, null, now);
}

function tooFew(granted: number): ProblemError {
  return new ProblemError(
    "invalid_request",
    `${granted} downloads have been granted already: maxDownloads must be at least ${granted}.`,
    { errors: [{ path: "body.maxDownloads", message: `at least ${granted}` }] },
  );
}
