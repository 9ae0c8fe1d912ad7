import type { ObjectStore } from "@holdfast/storage";
import type { Cipher } from "../crypto/cipher.ts";
import { listDocuments, loadDocument, saveDocument } from "../format/files.ts";
import type { PackedBlob } from "../format/pack.ts";
import { parseIndex } from "./parse-index.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** restic's own limit, which keeps an index file below about 8 MiB. */
export const BLOBS_PER_FILE = 50_000;
const PARALLEL_LOADS = 4;

export interface IndexedPack {
  id: string;
  blobs: readonly PackedBlob[];
}

/** Loads every index file that `loaded` does not name yet into `index`. A file that vanished meanwhile was replaced: it is loaded again. */
export async function loadIndexFiles(
  store: ObjectStore,
  cipher: Cipher,
  index: RepositoryIndex,
  loaded: Set<string>,
  onError: (id: string, error: unknown) => void,
): Promise<void> {
  const ids = (await listDocuments(store, "index")).filter((id) => !loaded.has(id));
  let next = 0;
  const load = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      try {
        const document = await loadDocument(store, cipher, "index", id);
        index.addParsed(parseIndex(document));
        loaded.add(id);
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
