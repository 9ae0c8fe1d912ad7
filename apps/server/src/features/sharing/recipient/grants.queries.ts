import { statement } from "../../../platform/database/statement.ts";

type Granted = [linkId: string, subject: string, holder: Buffer, now: Date];

export const grantDownload = statement<Granted, { outcome: "covered" | "charged" | "exhausted" }>(
  "select holdfast.grant_download($1, $2, $3, $4) as outcome",
);

export const findGrant = statement<Granted, { id: string }>(
  "select id from holdfast.share_grants where link_id = $1 and subject = $2 and holder = $3 and expires_at > $4",
);

export const refundDownload = statement<
  [linkId: string, subject: string, holder: Buffer],
  { refund_download: unknown }
>("select holdfast.refund_download($1, $2, $3)");

export const endTransfer = statement<[linkId: string, subject: string, holder: Buffer, now: Date, completed: boolean]>(
  `update holdfast.share_grants set
     expires_at = greatest(expires_at, least($4::timestamptz + interval '1 hour', created_at + interval '7 days')),
     completed_at = case when $5 then coalesce(completed_at, $4) else completed_at end
   where link_id = $1 and subject = $2 and holder = $3`,
);

type Previewed = [linkId: string, fileId: string, holder: Buffer, now: Date];
export type PreviewOutcome = "covered" | "granted" | "exhausted" | "used_up";

export const grantPreview = statement<Previewed, { outcome: PreviewOutcome }>(
  "select holdfast.grant_preview($1, $2, $3, $4) as outcome",
);

/** As `grantPreview` would decide. */
export const checkPreview = statement<Previewed, { outcome: PreviewOutcome }>(
  `select case
     when exists (select from holdfast.share_grants g
       where g.link_id = l.id and g.subject in ($2::text, 'preview:' || $2) and g.holder = $3 and g.expires_at > $4) then 'covered'
     when l.download_count >= l.max_downloads then 'exhausted'
     when coalesce((select p.previews from holdfast.share_previews p where p.link_id = l.id and p.file_id = $2::uuid), 0)
       >= holdfast.preview_limit(l.max_downloads) then 'used_up'
     else 'granted'
   end as outcome from holdfast.sharing_links l where l.id = $1`,
);

export const refundPreview = statement<[linkId: string, fileId: string, holder: Buffer], { refund_preview: unknown }>(
  "select holdfast.refund_preview($1, $2, $3)",
);

export const listGrants = statement<[linkId: string, holder: Buffer, now: Date], { subject: string }>(
  "select subject from holdfast.share_grants where link_id = $1 and holder = $2 and expires_at > $3 order by id limit 10000",
);
