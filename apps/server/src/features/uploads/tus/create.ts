import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { originOf, type Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { accessFolder } from "../../access/index.ts";
import { checkName, checkQuota } from "../../files/index.ts";
import { checkRoom, contentLength } from "../receive-body.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { insertUpload, type UploadRow } from "../uploads.queries.ts";
import { appendBody } from "./patch.ts";
import { byteHeader, checkVersion, parseMetadata, patchType } from "./protocol.ts";

const metadataSchema = z.object({
  filename: z.string(),
  parentId: z.union([z.uuid(), z.literal("").transform(() => undefined)]).optional(),
  lastModified: z.iso.datetime({ offset: true }).optional(),
  onConflict: z.enum(["fail", "rename", "replace"]).default("fail"),
});

/** POST: begins an upload, with its first bytes where the request carries some. */
export async function createUpload(
  deps: UploadsDeps,
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  checkVersion(request, reply);
  const size = announcedSize(request);
  const asked = readMetadata(request);
  const name = checkName(asked.filename);
  await checkRoom(deps, size ?? 0);
  const { id: parentId, spaceId } = await accessFolder(deps.db, principal.userId, asked.parentId ?? null);
  const upload = await deps.db.transaction(async (tx) => {
    await checkQuota(tx, spaceId, size ?? 0, principal.userId);
    // A client that finds its length of 0 reached takes it for done: that length is stored with the file alone.
    const stored = size === 0 ? null : size;
    const lastModified = asked.lastModified ? new Date(asked.lastModified) : null;
    const user = principal.userId;
    const row = await insertUpload.first(
      tx,
      newId(),
      user,
      parentId,
      name,
      asked.onConflict,
      stored,
      size ?? 0,
      lastModified,
    );
    return row as UploadRow;
  });
  reply
    .code(201)
    .headers({ location: `/api/v1/uploads/${upload.id}`, "upload-expires": upload.expires_at.toUTCString() });
  await takeFirstBytes(deps, { ...upload, size }, request, reply);
}

/** creation-with-upload: "The Client MAY include a part of the upload in the initial Creation request". */
async function takeFirstBytes(
  deps: UploadsDeps,
  upload: UploadRow,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const carries = request.headers["content-type"] === patchType && (contentLength(request.raw) ?? 1) > 0;
  if (!carries && upload.size !== 0) return;
  await appendBody(deps, originOf(request), upload, request, reply);
}

function announcedSize(request: FastifyRequest): number | null {
  const size = byteHeader(request, "upload-length");
  const deferred = request.headers["upload-defer-length"];
  if (deferred !== undefined && deferred !== "1")
    throw new ProblemError("invalid_request", "Upload-Defer-Length must be 1.");
  if ((size === null) === (deferred === undefined)) {
    throw new ProblemError("invalid_request", "Send either Upload-Length, or Upload-Defer-Length: 1.");
  }
  return size;
}

function readMetadata(request: FastifyRequest): z.output<typeof metadataSchema> {
  const metadata = Object.fromEntries(parseMetadata(request.headers["upload-metadata"]));
  // Some clients can only say "name".
  const result = metadataSchema.safeParse({ ...metadata, filename: metadata.filename ?? metadata.name });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ProblemError("invalid_request", `Upload-Metadata: ${issue?.path.join(".")}: ${issue?.message}`);
}
