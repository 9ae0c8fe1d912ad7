import type { Origin } from "../../../platform/http/principal.ts";
import type { ContentWriter } from "../../content/index.ts";
import { mediaTypeOf } from "../media-type.ts";
import { isNoise } from "../noise.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { type CommittedFile, commitFile, type NewFile } from "./commit-file.ts";

export type WantedFile = Omit<NewFile, "fileType" | "content" | "noise" | "uploadId">;

/**
 * Makes what `writer` took durable and visible as a file. The disk is at work while the type is judged and the catalogue written.
 * @throws as `commitFile`; then `writer` is to be aborted
 */
export async function commitWritten(
  deps: UploadsDeps,
  origin: Origin,
  writer: ContentWriter,
  wanted: WantedFile,
): Promise<CommittedFile> {
  const judged = mediaTypeOf(writer.head, wanted.name);
  const [{ content, stored }, fileType, noise] = await Promise.all([
    writer.finishAhead(),
    judged,
    isNoise(writer.head),
  ]);
  return commitFile(deps, origin, { ...wanted, fileType, content, noise }, stored);
}
