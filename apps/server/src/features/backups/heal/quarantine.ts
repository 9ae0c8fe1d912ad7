import { digestObject, ObjectNotFound, type ObjectStore } from "@holdfast/storage";
import { isDamage, segmentKey } from "../../content/index.ts";

/** Where the bytes that were found under a segment's name are kept, should somebody need them. */
export function quarantineKey(sha256: Buffer): string {
  return `quarantine/${sha256.toString("hex")}`;
}

export interface Aside {
  /** Where it was moved to; null where nothing was there, or where it is back in its place. */
  place: string | null;
  /** It was whole, and is back. */
  whole: boolean;
}

/**
 * Moves what lies under a segment's name out of the way. An upload that stored the
 * right bytes at this very moment has its object moved too: what turns out to be whole is put back.
 */
export async function moveAside(store: ObjectStore, sha256: Buffer): Promise<Aside> {
  const first = quarantineKey(sha256);
  // Each that was found is kept.
  const place = (await store.head(first)) === null ? first : `${first}.${Date.now().toString(36)}`;
  try {
    await store.move(segmentKey(sha256), place);
  } catch (error) {
    if (error instanceof ObjectNotFound) return { place: null, whole: false };
    throw error;
  }
  try {
    if (!(await digestObject(store, place)).sha256.equals(sha256)) return { place, whole: false };
  } catch (error) {
    if (isDamage(error)) return { place, whole: false };
    throw error;
  }
  await store.move(place, segmentKey(sha256));
  return { place: null, whole: true };
}
