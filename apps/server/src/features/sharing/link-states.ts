import type { Tx } from "../../platform/database/database.ts";
import { notFound } from "../../platform/http/problem.ts";
import type { LockedLink } from "./sharing.queries.ts";
import * as queries from "./sharing.queries.ts";

/**
 * What becomes of a link's row. Counts are kept by grants (`recipient/`) and the access log (`log/`); everything else changes here.
 *
 * | state     | is                                                            | to                                        |
 * |-----------|---------------------------------------------------------------|-------------------------------------------|
 * | live      | leads to its file                                             | live (`changeLink`), revoked, the others  |
 * | expired   | its time is over                                              | live by a later time, revoked             |
 * | exhausted | all downloads have been granted                               | live by a higher limit, revoked           |
 * | unavailable | its file is in the trash or gone                            | live when the file comes back, revoked    |
 * | revoked   | ended by its owner, for good                                  | nothing                                   |
 *
 * Only `revoked` is a mark on the row; the others follow from its limits, the clock and the file.
 */

export type LinkLimits = Pick<
  LockedLink,
  | "link_type"
  | "expires_at"
  | "max_downloads"
  | "allow_upload"
  | "label"
  | "message"
  | "max_files"
  | "max_bytes"
  | "max_file_bytes"
>;

/** The user's link, or one in a space that they manage, locked until the transaction ends. Throws not_found. */
export async function lockLink(
  tx: Tx,
  userId: string,
  linkId: string,
  which: "own" | "in managed spaces too" = "own",
): Promise<LockedLink> {
  const link = await queries.lockLink.first(tx, linkId, userId, which !== "own");
  if (!link) throw notFound();
  return link;
}

/** @param passwordHash null: none from now on; undefined: as it is. Throws not_found for a link that was revoked. */
export async function changeLink(
  tx: Tx,
  linkId: string,
  limits: LinkLimits,
  passwordHash: string | null | undefined,
): Promise<void> {
  const { link_type, expires_at, max_downloads, allow_upload, label, message } = limits;
  const { max_files, max_bytes, max_file_bytes } = limits;
  const changed = await queries.updateLink.count(
    ...([tx, linkId, link_type, expires_at, max_downloads, allow_upload, label, message] as const),
    ...([max_files, max_bytes, max_file_bytes] as const),
  );
  if (changed === 0) throw notFound();
  if (passwordHash !== undefined) await queries.setPassword.count(tx, linkId, passwordHash);
}

/** To revoked. Returns false where it was. */
export async function revokeLink(tx: Tx, linkId: string, at: Date): Promise<boolean> {
  return (await queries.revokeLink.count(tx, linkId, at)) > 0;
}
