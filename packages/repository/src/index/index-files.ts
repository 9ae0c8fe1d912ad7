import type { ObjectStore } from "@holdfast/storage";
import type { Cipher } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { listDocuments, loadDocument, saveDocument } from "../format/files.ts";
import { isId } from "../format/ids.ts";
import type { BlobType, PackedBlob } from "../format/pack.ts";
import type { RepositoryIndex } from "./repository-index.ts";

/** restic's own limit, which keeps an index file below about 8 MiB. */
export const BLOBS_PER_FILE = 50_000;
const PARALLEL_LOADS = 4;

interface IndexDocument {
  supersedes?: string[];
  packs?: {
    id: string;
    blobs: { id: string; type: string; offset: number; length: number; uncompressed_length?: number }[];
  }[];
}

export interface IndexedPack {
  id: string;
  blobs: readonly PackedBlob[];
}

/** Loads every index file that `loaded` does not name yet into `index`. A file that vanished meanwhile was replaced: it is loaded anew. */
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
        for (const pack of parseIndex(document)) index.addPack(pack.id, pack.blobs);
        loaded.add(id);
      } catch (error) {
        onError(id, error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_LOADS }, load));
}

function parseIndex(bytes: Buffer): IndexedPack[] {
  const document = JSON.parse(bytes.toString()) as IndexDocument;
  const packs: IndexedPack[] = [];
  for (const { id, blobs } of document.packs ?? []) {
    if (!isId(id)) throw damaged("An index names a pack by something that is not an id.");
    packs.push({
      id,
      blobs: blobs.map((blob) => {
        if (!isId(blob.id) || (blob.type !== "data" && blob.type !== "tree")) {
          throw damaged("An index names a blob by something that is not an id.");
        }
        return {
          id: Buffer.from(blob.id, "hex"),
          type: blob.type as BlobType,
          offset: blob.offset,
          length: blob.length,
          rawLength: blob.uncompressed_length ?? 0,
        };
      }),
    });
  }
  return packs;
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
