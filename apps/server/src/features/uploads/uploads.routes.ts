import * as contract from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { createAtOnce } from "../../platform/http/at-once.ts";
import { originOf } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { takeRawBodies } from "../../platform/http/raw-bodies.ts";
import { answered, route } from "../../platform/http/route.ts";
import { receiveBatch } from "./batch/receive-batch.ts";
import { putContent } from "./put-content.ts";
import { bodyOf } from "./receive-body.ts";
import { createUpload } from "./tus/create.ts";
import { finishOtherwise } from "./tus/finish-otherwise.ts";
import { listUploads } from "./tus/list.ts";
import { patchUpload } from "./tus/patch.ts";
import { checksumAlgorithms, checkVersion, extensions, tusVersion } from "./tus/protocol.ts";
import { lockUpload, yieldUpload } from "./tus/upload-lock.ts";
import { accessUpload, announcedOffset, discard } from "./upload-states.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

export async function uploadsRoutes(parent: FastifyInstance, deps: UploadsDeps): Promise<void> {
  await parent.register(async (app) => {
    takeRawBodies(app);

    route(app, contract.putContent, async ({ principal, query, request, reply }) => {
      const wanted = {
        userId: principal.userId,
        parentId: query.parentId ?? null,
        name: query.name,
        onConflict: query.onConflict,
        lastModified: query.lastModified ? new Date(query.lastModified) : null,
      };
      deps.transfers.watch({ raw: request.raw, answer: reply.raw }, principal.userId, [wanted.parentId], "add");
      const { file, replaced } = await putContent(deps, originOf(request), wanted, bodyOf(request.raw));
      reply.code(replaced ? 200 : 201).header("location", `/api/v1/files/${file.id}`);
      reply.send(file);
      return answered;
    });

    const batches = createAtOnce({ what: "uploads of many files", most: 4 });
    route(app, contract.uploadBatch, ({ principal, query, request, reply }) =>
      batches(principal.userId, async () => {
        const wanted = { userId: principal.userId, parentId: query.parentId ?? null, onConflict: query.onConflict };
        deps.transfers.watch({ raw: request.raw, answer: reply.raw }, principal.userId, [wanted.parentId], "add");
        return { items: await receiveBatch(deps, originOf(request), wanted, request.raw) };
      }),
    );

    route(app, contract.tusOptions, ({ reply }) => {
      reply.headers({
        "tus-resumable": tusVersion,
        "tus-version": tusVersion,
        "tus-extension": extensions,
        "tus-checksum-algorithm": checksumAlgorithms,
        ...(deps.maxFileSize === null ? {} : { "tus-max-size": deps.maxFileSize }),
      });
    });
    route(app, contract.createUpload, async ({ principal, request, reply }) => {
      await createUpload(deps, principal, request, reply);
      reply.send();
      return answered;
    });
    route(app, contract.headUpload, async ({ principal, params, request, reply }) => {
      checkVersion(request, reply);
      let upload = await accessUpload(deps.db, principal.userId, params.id);
      // Only whoever may see it stops the request that writes to it, and is told what that one has recorded.
      if (await yieldUpload(upload.id)) upload = await accessUpload(deps.db, principal.userId, upload.id);
      reply.headers({
        "upload-offset": announcedOffset(upload),
        ...(upload.size === null ? { "upload-defer-length": "1" } : { "upload-length": upload.size }),
        "upload-expires": upload.expires_at.toUTCString(),
        ...(upload.file_id === null ? {} : { "upload-file-id": upload.file_id }),
      });
    });
    route(app, contract.patchUpload, async ({ principal, params, request, reply }) => {
      await patchUpload(deps, principal, params.id, request, reply);
      reply.send();
      return answered;
    });
    route(app, contract.deleteUpload, async ({ principal, params, request, reply }) => {
      checkVersion(request, reply);
      const upload = await accessUpload(deps.db, principal.userId, params.id);
      if (upload.file_id !== null) throw new ProblemError("gone", "This upload is complete; delete the file instead.");
      const lock = await lockUpload(deps, upload.id);
      await discard(deps.db, upload.id, lock.token);
      await lock.release();
    });
  });
  route(parent, contract.listUploads, ({ principal }) => listUploads(deps, principal.userId));
  route(parent, contract.finishUpload, ({ principal, params, body, request }) =>
    finishOtherwise(deps, originOf(request), principal.userId, params.id, body),
  );
}
