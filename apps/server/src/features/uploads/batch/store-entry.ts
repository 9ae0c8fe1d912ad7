import type { BatchItem } from "@holdfast/contract";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { TarEntry } from "../../../platform/tar/read-tar.ts";
import { nameTaken } from "../../files/index.ts";
import { putContent } from "../put-content.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { namesOf, pathForAnswer } from "./entry-path.ts";
import type { FolderAt } from "./folders.ts";

export interface WantedBatch {
  userId: string;
  /** Null: the root. */
  parentId: string | null;
  onConflict: "fail" | "rename" | "replace";
}

/**
 * Makes an entry of an archive a file or a folder. Resolves when it is durable and visible, or refused for itself.
 * @throws what is no fault of this entry: that ends the request
 */
export async function storeEntry(
  deps: UploadsDeps,
  origin: Origin,
  { userId, onConflict }: WantedBatch,
  folderAt: FolderAt,
  entry: TarEntry,
): Promise<BatchItem> {
  const path = pathForAnswer(entry);
  try {
    const names = namesOf(entry);
    if (entry.kind === "other") throw notAFile();
    if (entry.kind === "folder") {
      entry.skip();
      const { id, made } = await folderAt(names);
      return { path, status: made ? "stored" : "unchanged", ...(id === null ? {} : { id }) };
    }
    const name = names.at(-1);
    if (name === undefined) throw nameTaken(path);
    const parentId = folderAt(names.slice(0, -1)).then(({ id }) => id);
    parentId.catch(() => {});
    const wanted = { userId, parentId, name, onConflict, lastModified: entry.modifiedAt, unlessSame: true as const };
    const { file, unchanged } = await putContent(deps, origin, wanted, {
      length: entry.size,
      chunks: () => entry.bytes(),
      get whole() {
        return entry.whole;
      },
    });
    return { path, status: unchanged ? "unchanged" : "stored", id: file.id };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { path, status: "failed", code: error.code, detail: error.message };
  } finally {
    entry.skip();
  }
}

function notAFile(): ProblemError {
  return new ProblemError(
    "not_a_file",
    "This is a link, a device, a sparse file or of another kind that is not stored. Only files and folders are.",
  );
}
