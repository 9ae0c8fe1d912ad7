import { damaged } from "../errors.ts";
import { ID_BYTES, packKey } from "../format/ids.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import type { WorkerPool } from "../workers/pool.ts";
import type { Batch, BatchFile } from "./batches.ts";
import { readBlob } from "./blob-reader.ts";

/** Blobs this near to each other in a pack are read in one go. */
const GAP = 64 * 1024;
const LONGEST_READ = 8 * 1024 * 1024;

export interface FetchedBatch {
  files: BatchFile[];
  /** Plaintexts, or why there is none. */
  blobs: Map<string, Buffer | Error>;
}

interface Place {
  id: string;
  pack: number;
  offset: number;
  length: number;
  rawLength: number;
}

/** Reads all blobs of a batch in as few reads as possible and has the workers open them. */
export async function fetchBatch(
  repository: Repository,
  index: RepositoryIndex,
  pool: WorkerPool,
  batch: Batch,
): Promise<FetchedBatch> {
  const blobs = new Map<string, Buffer | Error>();
  const places: Place[] = [];
  for (const id of batch.blobs) {
    const entry = index.find("data", Buffer.from(id, "hex"));
    if (entry < 0) {
      blobs.set(id, damaged(`The data blob ${id} is not in the repository.`));
      continue;
    }
    const { offset, length, rawLength } = index.place("data", entry);
    places.push({ id, pack: index.tables.data.pack(entry), offset, length, rawLength });
  }
  places.sort((a, b) => a.pack - b.pack || a.offset - b.offset);
  await Promise.all(groups(places).map((group) => fetchGroup(repository, index, pool, group, blobs)));
  return { files: batch.files, blobs };
}

function groups(places: Place[]): Place[][] {
  const result: Place[][] = [];
  let group: Place[] = [];
  for (const place of places) {
    const first = group[0];
    const last = group.at(-1);
    const joins =
      first !== undefined &&
      last !== undefined &&
      place.pack === last.pack &&
      place.offset - (last.offset + last.length) <= GAP &&
      place.offset + place.length - first.offset <= LONGEST_READ;
    if (!joins) {
      group = [];
      result.push(group);
    }
    group.push(place);
  }
  return result;
}

async function fetchGroup(
  repository: Repository,
  index: RepositoryIndex,
  pool: WorkerPool,
  group: Place[],
  blobs: Map<string, Buffer | Error>,
): Promise<void> {
  const first = group[0] as Place;
  const last = group.at(-1) as Place;
  const start = first.offset;
  const end = last.offset + last.length;
  const slab = new ArrayBuffer(end - start);
  const target = Buffer.from(slab);
  let filled = 0;
  try {
    const key = packKey(index.packId(first.pack));
    await repository.store.get(
      key,
      (chunk) => {
        target.set(chunk, filled);
        filled += chunk.length;
      },
      { start, end },
    );
  } catch {
    // The reads one by one below say which blobs are lost, and find copies elsewhere.
    return fetchEach(repository, index, group, blobs);
  }
  const ids = new Uint8Array(group.length * ID_BYTES);
  const numbers = new Uint32Array(group.length * 3);
  for (const [i, place] of group.entries()) {
    ids.set(Buffer.from(place.id, "hex"), i * ID_BYTES);
    numbers.set([place.offset - start, place.length, place.rawLength], i * 3);
  }
  const { plain, offsets, failed } = await pool.open({ kind: "open", slab, ids, blobs: numbers });
  for (const [i, { id }] of group.entries()) {
    const from = offsets[i] as number;
    blobs.set(id, Buffer.from(plain, from, (offsets[i + 1] as number) - from));
  }
  if (failed.length > 0) {
    const broken = failed.map(([i]) => group[i] as Place);
    await fetchEach(repository, index, broken, blobs);
  }
}

async function fetchEach(
  repository: Repository,
  index: RepositoryIndex,
  places: Place[],
  blobs: Map<string, Buffer | Error>,
): Promise<void> {
  for (const { id } of places) {
    blobs.set(id, await readBlob(repository, index, "data", id).catch((error: unknown) => error as Error));
  }
}
