import { ProblemError } from "../../../platform/http/problem.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import * as queries from "./grants.queries.ts";
import type { LinkRow } from "./open.queries.ts";

/** Rules: docs/design/sharing-links.md. */
export interface Grant {
  link: LinkRow;
  /** What is fetched: a file, or a folder as an archive. */
  fileId: string;
  /** The file's id, `archive:<folder's id>`, or `preview:<file's id>`. */
  subject: string;
  /** Keyed hash of the recipient's cookie. */
  holder: Buffer;
}

export type GrantDeps = Pick<SharingDeps, "db" | "clock">;

/**
 * Charges the link for one download, unless a grant covers it.
 * @returns whether this request was charged
 * @throws ProblemError share_exhausted
 */
export async function grantDownload({ db, clock }: GrantDeps, { link, subject, holder }: Grant): Promise<boolean> {
  const outcome = (await queries.grantDownload.first(db, link.id, subject, holder, clock.now()))?.outcome;
  if (outcome === "exhausted") throw exhausted(link);
  return outcome === "charged";
}

/** Would a download be granted? For HEAD, which charges nothing. Throws share_exhausted. */
export async function checkGrant({ db, clock }: GrantDeps, { link, subject, holder }: Grant): Promise<void> {
  if (downloadsLeft(link) !== 0) return;
  if (!(await queries.findGrant.first(db, link.id, subject, holder, clock.now()))) throw exhausted(link);
}

/** Takes back a charge whose download never began. */
export async function refundDownload({ db }: GrantDeps, { link, subject, holder }: Grant): Promise<void> {
  await queries.refundDownload.count(db, link.id, subject, holder);
}

/** Notes that a transfer has ended: its last byte went out (`completed`), or it broke off and will be resumed. */
export async function endTransfer({ db, clock }: GrantDeps, grant: Grant, completed: boolean): Promise<void> {
  await queries.endTransfer.count(db, grant.link.id, grant.subject, grant.holder, clock.now(), completed);
}

/** How many more downloads the link grants; null: as many as wanted. */
export function downloadsLeft(link: LinkRow): number | null {
  return link.max_downloads === null ? null : Math.max(0, link.max_downloads - link.download_count);
}

export function exhausted(link: LinkRow): ProblemError {
  const times = link.max_downloads === 1 ? "one download" : `${link.max_downloads} downloads`;
  return new ProblemError("share_exhausted", `This link was for ${times}. Ask the sender for a new link.`);
}
