import type { ByteRange } from "@holdfast/storage";
import { ProblemError } from "../../../platform/http/problem.ts";
import { mayShowInline } from "../../content/index.ts";
import type { SharedItem } from "../sharing.queries.ts";
import { exhausted, type Grant, type Pooled } from "./grants.ts";

/** Of a file that no browser shows as it is, this much from its start may be looked at: what a page shows of a text. */
const SHOWN_OF_TEXT = 512 * 1024;

/** Whether these bytes, asked for inline, are a preview. The rest is a download however it is asked for. */
export function isPreview({ file_type: type }: SharedItem, ranges: readonly ByteRange[]): boolean {
  return mayShowInline(type) || type === "image/svg+xml" || ranges.every(({ end }) => end <= SHOWN_OF_TEXT);
}

type Outcome = "covered" | "granted" | "exhausted" | "used_up";

/**
 * Lets the holder look at the file, without charging a download.
 * @returns whether this request used up one of the file's previews
 * @throws ProblemError share_exhausted, share_previews_exhausted
 */
export async function grantPreview({ pool, clock }: Pooled, grant: Grant): Promise<boolean> {
  const { rows } = await pool.query<{ outcome: Outcome }>({
    name: "grant-preview",
    text: "select holdfast.grant_preview($1, $2, $3, $4) as outcome",
    values: [grant.link.id, grant.fileId, grant.holder, clock.now()],
  });
  return judge(grant, rows[0]?.outcome) === "granted";
}

/** Would a preview be granted? For HEAD, which uses none up. Throws share_exhausted, share_previews_exhausted. */
export async function checkPreview({ pool, clock }: Pooled, grant: Grant): Promise<void> {
  const { rows } = await pool.query<{ outcome: Outcome }>(
    `select case
       when exists (select from holdfast.share_grants g
         where g.link_id = l.id and g.subject in ($2::text, 'preview:' || $2) and g.holder = $3 and g.expires_at > $4) then 'covered'
       when l.download_count >= l.max_downloads then 'exhausted'
       when coalesce((select p.previews from holdfast.share_previews p where p.link_id = l.id and p.file_id = $2::uuid), 0)
         >= holdfast.preview_limit(l.max_downloads) then 'used_up'
       else 'granted'
     end as outcome from holdfast.sharing_links l where l.id = $1`,
    [grant.link.id, grant.fileId, grant.holder, clock.now()],
  );
  judge(grant, rows[0]?.outcome);
}

/** Takes back a preview whose first byte never went out. */
export async function refundPreview({ pool }: Pooled, grant: Grant): Promise<void> {
  await pool.query("select holdfast.refund_preview($1, $2, $3)", [grant.link.id, grant.fileId, grant.holder]);
}

function judge(grant: Grant, outcome: Outcome | undefined): Outcome | undefined {
  if (outcome === "exhausted") throw exhausted(grant.link);
  if (outcome === "used_up") {
    throw new ProblemError(
      "share_previews_exhausted",
      "This file was looked at as often as its link allows. It can still be downloaded.",
    );
  }
  return outcome;
}

export interface Granted {
  downloads: string[];
  archives: string[];
  previews: string[];
}

/** What the holder may fetch of the link without being charged. */
export async function listGrants({ pool, clock }: Pooled, linkId: string, holder: Buffer): Promise<Granted> {
  const { rows } = await pool.query<{ subject: string }>(
    "select subject from holdfast.share_grants where link_id = $1 and holder = $2 and expires_at > $3 order by id limit 10000",
    [linkId, holder, clock.now()],
  );
  const granted: Granted = { downloads: [], archives: [], previews: [] };
  for (const { subject } of rows) {
    const [kind, id] = subject.split(":");
    if (id === undefined) granted.downloads.push(subject);
    else granted[kind === "archive" ? "archives" : "previews"].push(id);
  }
  return granted;
}
