import { ObjectNotFound, readObject } from "@holdfast/storage";
import { damaged } from "../errors.ts";
import { openBlob } from "../format/blob.ts";
import { packKey } from "../format/ids.ts";
import type { BlobType } from "../format/pack.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";

/**
 * One blob, checked against its id. Where it is stored several times and one is damaged, another serves. Readers hold no lock: where a prune
 * that began after the index was read has moved the blob and removed its pack, it is read from where it is now.
 */
export async function readBlob(
  repository: Repository,
  index: RepositoryIndex,
  type: BlobType,
  id: string,
): Promise<Buffer> {
  try {
    return await readFrom(repository, index, type, id);
  } catch (error) {
    // Damaged bytes are where they were.
    if (!((error as Error).cause instanceof ObjectNotFound)) throw error;
    const fresh = await repository.index().catch(() => index);
    if (fresh === index) throw error;
    return readFrom(repository, fresh, type, id);
  }
}

async function readFrom(repository: Repository, index: RepositoryIndex, type: BlobType, id: string): Promise<Buffer> {
  const bytes = Buffer.from(id, "hex");
  const table = index.tables[type];
  let failure: unknown = damaged(`The ${type} blob ${id} is not in the repository.`);
  for (const entry of table.findAll(bytes, 0)) {
    const pack = index.packId(table.pack(entry));
    const start = table.offset(entry);
    try {
      const sealed = await readObject(repository.store, packKey(pack), { start, end: start + table.length(entry) });
      return openBlob(repository.cipher, bytes, sealed, table.rawLength(entry));
    } catch (error) {
      failure = damaged(
        `The ${type} blob ${id} cannot be read from the pack ${pack}: ${(error as Error).message}`,
        error,
      );
    }
  }
  throw failure;
}
