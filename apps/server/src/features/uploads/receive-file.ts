import { ContentWriter } from "../content/index.ts";
import { commitWritten, type WantedFile } from "./commit/commit-written.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

/**
 * A file that does not come from a request (a restore): the same way into the store and the same commit as uploads have. Small files
 * take no buffer before their first byte.
 */
export function receiveFile(deps: UploadsDeps) {
  const writer = new ContentWriter(deps);
  return {
    get size(): number {
      return writer.size;
    },
    write: (chunk: Uint8Array) => writer.write(chunk),
    /** Makes it durable and visible. Returns the file's id. @throws as `commitFile` */
    async commit(wanted: WantedFile): Promise<string> {
      await deps.room.check();
      const origin = { actorId: wanted.userId, ip: null, requestId: null };
      return (await commitWritten(deps, origin, writer, wanted)).file.id;
    },
    abort: () => writer.abort(),
  };
}
