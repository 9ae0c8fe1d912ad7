import type { ObjectStore } from "@holdfast/storage";
import type { Cipher } from "../crypto/cipher.ts";
import { loadDocument, saveDocument } from "../format/files.ts";
import type { IndexedPack } from "../format/pack.ts";
import { parseIndex, refuseImpossible } from "./parse-index.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** restic's own limit, which keeps an index file below about 8 MiB. */
export const BLOBS_PER_FILE = 50_000;
const PARALLEL_LOADS = 4;

/** Loads those of the index files `present` that `index` does not have yet. */
export async function loadIndexFiles(
  store: ObjectStore,
  cipher: Cipher,
  index: RepositoryIndex,
  present: readonly string[],
  onError: (id: string, error: unknown) => void,
): Promise<void> {
  const ids = present.filter((id) => !index.files.has(id));
  let next = 0;
  const load = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      try {
        index.addFile(id, refuseImpossible(parseIndex(await loadDocument(store, cipher, "index", id))));
      } catch (error) {
        onError(id, error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_LOADS }, load));
}

/** Stores one index file. */
export async function saveIndexFile(
  store: ObjectStore,
  cipher: Cipher,
  packs: readonly IndexedPack[],
): Promise<string> {
  const parts = packs.map(({ id, blobs }) => {
    const entries = blobs.map((blob) => {
      const raw = blob.rawLength === 0 ? "" : `,"uncompressed_length":${blob.rawLength}`;
      const place = `"offset":${blob.offset},"length":${blob.length}${raw}`;
      return `{"id":"${blob.id.toString("hex")}","type":"${blob.type}",${place}}`;
    });
    return `{"id":"${id}","blobs":[${entries.join(",")}]}`;
  });
  return saveDocument(store, cipher, "index", `{"packs":[${parts.join(",")}]}`);
}
