import type { BlobType } from "../format/pack.ts";
import type { BlobPlace, PackContents } from "../index/pack-contents.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { UsedBlobs } from "./used-blobs.ts";

/** A pack below this is merged with others, where there are several. */
const SMALL_PACK = 4 * 1024 * 1024;
const SMALL_PACKS_LEFT = 4;

export interface PackUse {
  pack: number;
  size: number;
  /** Sealed bytes of blobs that snapshots need from here. */
  usedBytes: number;
  /** Of its used blobs; where they are of both types, the pack does not stay. */
  type: BlobType | "mixed";
}

export interface PrunePlan {
  /** Stay as they are. */
  keep: PackUse[];
  /** Their used blobs move into new packs; then they go. */
  repack: PackUse[];
  /** Hold nothing that is used. */
  remove: PackUse[];
  /** Sealed bytes in `keep` that nobody needs. */
  unusedBytes: number;
}

/** The blobs of a pack that snapshots need from there, in the order of their offsets. */
export function usedPlaces(contents: PackContents, used: UsedBlobs, pack: number): BlobPlace[] {
  return contents.places(pack).filter(({ type, entry }) => used[type][entry] === 1);
}

/** @param maxUnused Share of the used bytes that may lie unused in packs which are kept, so that little garbage does not move much. */
export function planPrune(
  index: RepositoryIndex,
  contents: PackContents,
  used: UsedBlobs,
  maxUnused: number,
): PrunePlan {
  const plan: PrunePlan = { keep: [], repack: [], remove: [], unusedBytes: 0 };
  const partly: PackUse[] = [];
  let usedBytes = 0;
  for (let pack = 0; pack < index.packCount; pack++) {
    if (index.isMissing(pack)) continue;
    const places = contents.places(pack);
    const needed = places.filter(({ type, entry }) => used[type][entry] === 1);
    const type = isMixed(needed) ? "mixed" : (needed[0]?.type ?? "data");
    const use: PackUse = { pack, size: index.packSize(pack), usedBytes: 0, type };
    for (const { type, entry } of needed) use.usedBytes += index.tables[type].length(entry);
    usedBytes += use.usedBytes;
    if (needed.length === 0) plan.remove.push(use);
    else if (needed.length < places.length || isMixed(places)) partly.push(use);
    else plan.keep.push(use);
  }
  const unused = (use: PackUse): number => use.size - use.usedBytes;
  // The emptiest first: they give back the most for what has to be moved.
  partly.sort((a, b) => a.usedBytes / a.size - b.usedBytes / b.size);
  let left = partly.reduce((sum, use) => sum + unused(use), 0);
  for (const use of partly) {
    if (left > usedBytes * maxUnused || use.type === "mixed") {
      plan.repack.push(use);
      left -= unused(use);
    } else {
      plan.keep.push(use);
    }
  }
  plan.unusedBytes = left;
  mergeSmallPacks(plan);
  return plan;
}

/** restic of old, and nobody else, put both types into one pack. */
function isMixed(places: BlobPlace[]): boolean {
  return places.some(({ type }) => type !== places[0]?.type);
}

function mergeSmallPacks(plan: PrunePlan): void {
  for (const type of ["data", "tree"] as const) {
    const small = plan.keep.filter((use) => use.size < SMALL_PACK && use.type === type);
    if (small.length <= SMALL_PACKS_LEFT) continue;
    const merged = new Set(small);
    plan.keep = plan.keep.filter((use) => !merged.has(use));
    plan.repack.push(...small);
  }
}
