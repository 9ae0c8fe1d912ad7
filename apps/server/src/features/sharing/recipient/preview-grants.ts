import type { ByteRange } from "@holdfast/storage";
import { ProblemError } from "../../../platform/http/problem.ts";
import { mayShowInline } from "../../content/index.ts";
import type { PreviewOutcome } from "./grants.queries.ts";
import * as queries from "./grants.queries.ts";
import { exhausted, type Grant, type GrantDeps } from "./grants.ts";
import type { SharedItem } from "./open.queries.ts";

/** Of a file that no browser shows as it is, this much from its start may be looked at: what a page shows of a text. */
const SHOWN_OF_TEXT = 512 * 1024;

/** Whether these bytes, asked for inline, are a preview. The rest is a download however it is asked for. */
export function isPreview({ file_type: type }: SharedItem, ranges: readonly ByteRange[]): boolean {
  return mayShowInline(type) || type === "image/svg+xml" || ranges.every(({ end }) => end <= SHOWN_OF_TEXT);
}

/**
 * Lets the holder look at the file, without charging a download.
 * @returns whether this request used up one of the file's previews
 * @throws ProblemError share_exhausted, share_previews_exhausted
 */
export async function grantPreview({ db, clock }: GrantDeps, grant: Grant): Promise<boolean> {
  const row = await queries.grantPreview.first(db, grant.link.id, grant.fileId, grant.holder, clock.now());
  return judge(grant, row?.outcome) === "granted";
}

/** Would a preview be granted? For HEAD, which uses none up. Throws share_exhausted, share_previews_exhausted. */
export async function checkPreview({ db, clock }: GrantDeps, grant: Grant): Promise<void> {
  const row = await queries.checkPreview.first(db, grant.link.id, grant.fileId, grant.holder, clock.now());
  judge(grant, row?.outcome);
}

/** Takes back a preview whose first byte never went out. */
export async function refundPreview({ db }: GrantDeps, grant: Grant): Promise<void> {
  await queries.refundPreview.count(db, grant.link.id, grant.fileId, grant.holder);
}

function judge(grant: Grant, outcome: PreviewOutcome | undefined): PreviewOutcome | undefined {
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
export async function listGrants({ db, clock }: GrantDeps, linkId: string, holder: Buffer): Promise<Granted> {
  const rows = await queries.listGrants.all(db, linkId, holder, clock.now());
  const granted: Granted = { downloads: [], archives: [], previews: [] };
  for (const { subject } of rows) {
    const [kind, id] = subject.split(":");
    if (id === undefined) granted.downloads.push(subject);
    else granted[kind === "archive" ? "archives" : "previews"].push(id);
  }
  return granted;
}
