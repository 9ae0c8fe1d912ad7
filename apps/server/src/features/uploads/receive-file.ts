import { commitFile, type NewFile } from "./commit-file.ts";
import { ContentWriter } from "./content-writer.ts";
import { mediaTypeOf } from "./media-type.ts";
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
    async commit(wish: Pick<NewFile, "userId" | "parentId" | "name" | "onConflict" | "lastModified">): Promise<string> {
      const content = await writer.finish();
      const fileType = await mediaTypeOf(content.head, wish.name);
      const origin = { actorId: wish.userId, ip: null, requestId: null };
      return (await commitFile(deps, origin, { ...wish, fileType, content })).file.id;
    },
    abort: () => writer.abort(),
  };
}
