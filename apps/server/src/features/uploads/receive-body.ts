import type { IncomingMessage } from "node:http";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

/** The announced length of a body in bytes, or null. Node has checked its form. */
export function contentLength(request: IncomingMessage): number | null {
  const header = request.headers["content-length"];
  return header === undefined ? null : Number(header);
}

/** Throws too_large or disk_full where a file of this size has no chance. */
export async function checkRoom(deps: UploadsDeps, size: number): Promise<void> {
  if (deps.maxFileSize !== null && size > deps.maxFileSize) {
    throw new ProblemError("too_large", `The largest file this server takes is ${humanBytes(deps.maxFileSize)}.`);
  }
  await deps.room.check(size);
}
