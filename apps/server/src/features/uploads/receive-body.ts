import type { IncomingMessage } from "node:http";
import { chunksOf } from "../../platform/http/clients/slow-clients.ts";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

/** The announced length of a body in bytes, or null. Node has checked its form. */
export function contentLength(request: IncomingMessage): number | null {
  const header = request.headers["content-length"];
  return header === undefined ? null : Number(header);
}

/** The bytes of a file on their way here: those of a request, or a part of them. */
export interface Body {
  /** Null where nobody knows. */
  readonly length: number | null;
  /** Whether all of it has come. */
  readonly whole: boolean;
  /** Each is valid until the next is asked for. */
  chunks(): AsyncIterable<Buffer>;
}

export function bodyOf(request: IncomingMessage): Body {
  return {
    length: contentLength(request),
    chunks: () => chunksOf(request),
    get whole() {
      return request.complete;
    },
  };
}

/** Throws too_large or disk_full where a file of this size has no chance. */
export async function checkRoom(deps: UploadsDeps, size: number): Promise<void> {
  if (deps.maxFileSize !== null && size > deps.maxFileSize) {
    throw new ProblemError("too_large", `The largest file this server takes is ${humanBytes(deps.maxFileSize)}.`);
  }
  await deps.room.check(size);
}
