import type { IncomingMessage } from "node:http";
import { humanBytes } from "../../platform/http/human-bytes.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

/**
 * The body's chunks, each valid until the next is asked for. Whoever stops in the middle leaves the connection as it is (a plain
 * `for await` would cut it), so that the client gets to see why.
 */
export async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    yield chunk;
    // Given back at once: every chunk has memory of its own that the collector cannot see filling up, and it would go through the whole
    // heap once in some 30 MB of body to find it, which costs as much as hashing does.
    if (chunk.byteLength === chunk.buffer.byteLength && chunk.byteLength >= 4096)
      (chunk.buffer as ArrayBuffer).transfer(0);
  }
}

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
