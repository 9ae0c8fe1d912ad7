import type { ByteRange } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import { noteSent } from "../../../platform/audit/note-sent.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { type OnSent, sendContent, toSendable } from "../../content/index.ts";
import type { ShareAction, ShareOutcome } from "../log/share-log.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import { checkGrant, endTransfer, type Grant, grantDownload, refundDownload } from "./grants.ts";
import type { LinkRow, SharedItem } from "./open.queries.ts";
import { checkPreview, grantPreview, isPreview, refundPreview } from "./preview-grants.ts";
import { holderOf, recipientOf } from "./share-cookies.ts";

/** A request for bytes behind an opened link. */
export interface SharedRequest {
  request: FastifyRequest;
  reply: FastifyReply;
  token: string;
  link: LinkRow;
  item: SharedItem;
}

/** What `sendContent` and `sendArchive` tell about a transfer. */
export interface TransferHooks {
  onStart(ranges: readonly ByteRange[]): Promise<void>;
  onComplete(): void;
  onSent: OnSent;
}

/** A transfer that takes longer than this keeps its grant alive from its end on. */
const LONG_TRANSFER_MS = 10 * 60_000;

/** Sends a shared file. Throws not_a_file, share_exhausted, share_previews_exhausted, range_not_satisfiable, data_unreadable. */
export async function sendSharedFile(
  deps: SharingDeps,
  shared: SharedRequest,
  disposition: "inline" | "attachment",
): Promise<void> {
  const { request, reply, link, item } = shared;
  if (item.kind !== "file") throw new ProblemError("not_a_file", "This is a folder; ask for an archive of it.");
  const transfer = { inline: disposition === "inline", archive: false };
  await withGrant(deps, shared, transfer, (hooks) =>
    sendContent(deps, {
      request,
      reply,
      content: toSendable(item),
      disposition,
      cacheControl: cacheControlOf(link, deps.cdn),
      ...hooks,
    }),
  );
}

/** Only what anybody may see, as often as they like, until somebody says otherwise. */
export function cacheControlOf(link: LinkRow, cdn: boolean): string {
  const open = link.link_type === "permanent" && link.password_hash === null && link.max_downloads === null;
  return cdn && open && !link.allow_upload ? "public, max-age=0, s-maxage=60" : "private, no-store";
}

export interface Transfer {
  /** Asked for to look at it: a preview, where these bytes can be one. */
  inline: boolean;
  archive: boolean;
}

/** What a transfer is under the link's limit, and how that is decided. */
interface Charge {
  action: ShareAction;
  grant: Grant | null;
  check(grant: Grant): Promise<void>;
  take(grant: Grant): Promise<boolean>;
  giveBack(grant: Grant): Promise<void>;
}

function chargeOf(
  deps: SharingDeps,
  { link, item }: SharedRequest,
  action: "preview" | "archive" | "download",
  holder: Buffer | null,
): Charge {
  const preview = action === "preview";
  const subject = action === "download" ? item.id : `${action}:${item.id}`;
  return {
    action,
    grant: holder && { link, fileId: item.id, subject, holder },
    check: (grant) => (preview ? checkPreview : checkGrant)(deps, grant),
    take: (grant) => (preview ? grantPreview : grantDownload)(deps, grant),
    giveBack: (grant) => (preview ? refundPreview : refundDownload)(deps, grant),
  };
}

/** Runs a transfer under the link's limit: charged before its first byte, refunded where none went out, counted and logged. */
export async function withGrant(
  deps: SharingDeps,
  shared: SharedRequest,
  transfer: Transfer,
  send: (hooks: TransferHooks) => Promise<void>,
): Promise<void> {
  const { request, reply, token, link, item } = shared;
  const { ip } = request; // once the client has gone, its socket does not know any more
  const startedAt = deps.clock.now();
  const holder =
    link.max_downloads === null
      ? null
      : holderOf(deps.keys, link.id, recipientOf({ request, reply, publicUrl: deps.publicUrl }, token));
  const asked = transfer.inline ? "preview" : transfer.archive ? "archive" : "download";
  let charge = chargeOf(deps, shared, asked, holder);
  const log = (outcome: ShareOutcome) => record(deps, shared, ip, charge.action, outcome, startedAt);
  /** Notes why somebody was sent away. */
  const refused = (error: unknown): never => {
    if (error instanceof ProblemError && request.method !== "HEAD") log("exhausted");
    throw error;
  };
  // Before anything is prepared: an archive costs work before its first byte. Whether what is asked for inline is a preview, its ranges say.
  if (charge.grant && (!transfer.inline || request.method === "HEAD")) await charge.check(charge.grant).catch(refused);

  let charged = false;
  let completed = false;
  const { id: targetId, name: targetName } = item;
  const noted = { targetId, targetName, kind: link.id, detail: { linkId: link.id, ownerId: link.user_id } };
  const noteAs = (action: ShareAction) => noteSent(deps.accessLog, request, { ...noted, action: `link.${action}` });
  let onSent = noteAs(charge.action);
  const hooks: TransferHooks = {
    async onStart(ranges) {
      if (transfer.inline && !isPreview(item, ranges)) {
        charge = chargeOf(deps, shared, "download", holder);
        onSent = noteAs(charge.action);
      }
      const { grant } = charge;
      if (grant) charged = await charge.take(grant).catch(refused);
      const fromStart = ranges.some((range) => range.start === 0);
      if (!grant && !transfer.inline && fromStart) deps.shareLog.downloaded(link.id, startedAt);
      const toEnd = /^(bytes=\d+-)?$/.test(request.headers.range ?? "");
      reply.raw.once("close", () => {
        const took = deps.clock.now().getTime() - startedAt.getTime();
        if (charged || fromStart) log(completed ? "completed" : "aborted");
        if (grant && ((completed && toEnd) || took > LONG_TRANSFER_MS)) {
          endTransfer(deps, grant, completed && toEnd).catch((error) =>
            deps.log.warn({ err: error }, "sharing: the end of a download was not noted"),
          );
        }
      });
    },
    onComplete() {
      completed = true;
    },
    onSent: (bytes, failed) => onSent(bytes, failed),
  };
  try {
    await send(hooks);
  } catch (error) {
    // Nothing has gone out when `send` throws.
    if (charge.grant && charged) await charge.giveBack(charge.grant);
    throw error;
  }
}

function record(
  deps: SharingDeps,
  { request, link, item }: SharedRequest,
  ip: string,
  action: ShareAction,
  outcome: ShareOutcome,
  occurredAt: Date,
): void {
  deps.shareLog.record({
    linkId: link.id,
    occurredAt,
    ip,
    userAgent: request.headers["user-agent"],
    action,
    outcome,
    fileId: item.id,
    fileName: item.name,
  });
}
