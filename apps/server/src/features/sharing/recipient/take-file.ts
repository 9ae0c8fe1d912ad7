import type { putPublicContent, QueryOf } from "@holdfast/contract";
import type { FastifyRequest } from "fastify";
import { originOf } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { SharingDeps } from "../sharing.deps.ts";
import type { LinkRow } from "./open.queries.ts";
import { beginReceiving } from "./receive-limits.ts";

/**
 * Puts what a recipient sends into the folder of a link for uploads, on the owner's quota. A taken name gets a number, and the answer says
 * only what the file came to be called.
 * @throws ProblemError forbidden where the link takes no files; share_full, too_large; what storing a file throws
 */
export async function takeRequestedFile(
  deps: SharingDeps,
  link: LinkRow,
  { name, senderName, senderMessage }: QueryOf<typeof putPublicContent>,
  request: FastifyRequest,
): Promise<{ name: string; fileSize: number }> {
  if (!link.allow_upload || link.item.kind !== "folder") {
    throw new ProblemError("forbidden", "This link is for downloads; it takes no files.");
  }
  const occurredAt = deps.clock.now();
  const { ip } = request;
  const length = request.headers["content-length"];
  const announced = length === undefined ? null : Number(length);
  const receiving = await beginReceiving(deps, link, announced);
  const stored = await deps
    .storeFile({
      ...{ userId: link.user_id, folderId: link.item.id, name, request, origin: originOf(request) },
      maxBytes: receiving.maxFileSize,
      ...(announced === null ? { mayTake: receiving.mayTake } : {}),
    })
    .catch(async (error: unknown) => {
      await receiving.givenUp();
      throw error;
    });
  await receiving.stored(stored.fileSize);
  deps.shareLog.record({
    linkId: link.id,
    occurredAt,
    ip,
    userAgent: request.headers["user-agent"],
    action: "upload",
    outcome: "ok",
    fileId: null,
    fileName: stored.name,
    senderName,
    senderMessage,
  });
  return { name: stored.name, fileSize: stored.fileSize };
}
