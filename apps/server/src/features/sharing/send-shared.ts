import type { ByteRange } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "../../platform/http/problem.ts";
import { sendContent } from "../files/index.ts";
import { checkGrant, endTransfer, type Grant, grantDownload, refundDownload } from "./grants.ts";
import { holderOf, recipientOf } from "./share-cookies.ts";
import type { ShareOutcome } from "./share-log.ts";
import type { SharingDeps } from "./sharing.deps.ts";
import { type LinkRow, type SharedItem, toSendable } from "./sharing.queries.ts";

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
}

/** A transfer that takes longer than this keeps its grant alive from its end on. */
const LONG_TRANSFER_MS = 10 * 60_000;

/** Sends a shared file. Throws not_a_file, share_exhausted, range_not_satisfiable, data_unreadable. */
export async function sendSharedFile(
  deps: SharingDeps,
  shared: SharedRequest,
  disposition: "inline" | "attachment",
): Promise<void> {
  const { request, reply, link, item } = shared;
  if (item.kind !== "file") throw new ProblemError("not_a_file", "This is a folder; ask for an archive of it.");
  const transfer = {
    subject: item.id,
    action: "download" as const,
    counted: disposition === "attachment",
  };
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
  subject: string;
  action: "download" | "archive";
  /** Whether a link without a limit counts it. */
  counted: boolean;
}

/** Runs a transfer under the link's limit: charged before its first byte, refunded where none went out, counted and logged. */
export async function withGrant(
  deps: SharingDeps,
  shared: SharedRequest,
  transfer: Transfer,
  send: (hooks: TransferHooks) => Promise<void>,
): Promise<void> {
  const { request, reply, link } = shared;
  const { ip } = request; // once the client has gone, its socket does not know any more
  const startedAt = deps.clock.now();
  const grant = link.max_downloads === null ? null : grantOf(deps, shared, transfer);
  /** Notes why somebody was sent away. */
  const refused = (error: unknown): never => {
    if (error instanceof ProblemError) record(deps, shared, ip, transfer, "exhausted", startedAt);
    throw error;
  };
  // Before anything is prepared: an archive costs work before its first byte.
  if (grant) await checkGrant(deps, grant).catch(refused);

  let charged = false;
  let completed = false;
  const hooks: TransferHooks = {
    async onStart(ranges) {
      if (grant) charged = await grantDownload(deps, grant).catch(refused);
      const fromStart = ranges.some((range) => range.start === 0);
      if (!grant && transfer.counted && fromStart) deps.shareLog.downloaded(link.id, startedAt);
      const toEnd = /^(bytes=\d+-)?$/.test(request.headers.range ?? "");
      reply.raw.once("close", () => {
        const took = deps.clock.now().getTime() - startedAt.getTime();
        if (charged || fromStart) record(deps, shared, ip, transfer, completed ? "completed" : "aborted", startedAt);
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
  };
  try {
    await send(hooks);
  } catch (error) {
    // Nothing has gone out when `send` throws.
    if (grant && charged) await refundDownload(deps, grant);
    throw error;
  }
}

function grantOf(deps: SharingDeps, { request, reply, token, link }: SharedRequest, transfer: Transfer): Grant {
  return { link, subject: transfer.subject, holder: holderOf(deps.keys, link.id, recipientOf(request, reply, token)) };
}

function record(
  deps: SharingDeps,
  { request, link, item }: SharedRequest,
  ip: string,
  { action }: Transfer,
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
