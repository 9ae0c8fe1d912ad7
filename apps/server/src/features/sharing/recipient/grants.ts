import { ProblemError } from "../../../platform/http/problem.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import type { LinkRow } from "../sharing.queries.ts";

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

export type Pooled = Pick<SharingDeps, "pool" | "clock">;

/**
 * Charges the link for one download, unless a grant covers it.
 * @returns whether this request was charged
 * @throws ProblemError share_exhausted
 */
export async function grantDownload({ pool, clock }: Pooled, { link, subject, holder }: Grant): Promise<boolean> {
  const { rows } = await pool.query<{ outcome: "covered" | "charged" | "exhausted" }>({
    name: "grant-download",
    text: "select holdfast.grant_download($1, $2, $3, $4) as outcome",
    values: [link.id, subject, holder, clock.now()],
  });
  const outcome = rows[0]?.outcome;
  if (outcome === "exhausted") throw exhausted(link);
  return outcome === "charged";
}

/** Would a download be granted? For HEAD, which charges nothing. Throws share_exhausted. */
export async function checkGrant({ pool, clock }: Pooled, { link, subject, holder }: Grant): Promise<void> {
  if (downloadsLeft(link) !== 0) return;
  const { rowCount } = await pool.query(
    "select from holdfast.share_grants where link_id = $1 and subject = $2 and holder = $3 and expires_at > $4",
    [link.id, subject, holder, clock.now()],
  );
  if (!rowCount) throw exhausted(link);
}

/** Takes back a charge whose download never began. */
export async function refundDownload({ pool }: Pooled, { link, subject, holder }: Grant): Promise<void> {
  await pool.query("select holdfast.refund_download($1, $2, $3)", [link.id, subject, holder]);
}

/** Notes that a transfer has ended: its last byte went out (`completed`), or it broke off and will be resumed. */
export async function endTransfer({ pool, clock }: Pooled, grant: Grant, completed: boolean): Promise<void> {
  const now = clock.now();
  await pool.query(
    `update holdfast.share_grants set
       expires_at = greatest(expires_at, least($4::timestamptz + interval '1 hour', created_at + interval '7 days')),
       completed_at = case when $5 then coalesce(completed_at, $4) else completed_at end
     where link_id = $1 and subject = $2 and holder = $3`,
    [grant.link.id, grant.subject, grant.holder, now, completed],
  );
}

/** How many more downloads the link grants; null: as many as wanted. */
export function downloadsLeft(link: LinkRow): number | null {
  return link.max_downloads === null ? null : Math.max(0, link.max_downloads - link.download_count);
}

export function exhausted(link: LinkRow): ProblemError {
  const times = link.max_downloads === 1 ? "one download" : `${link.max_downloads} downloads`;
  return new ProblemError("share_exhausted", `This link was for ${times}. Ask the sender for a new link.`);
}
