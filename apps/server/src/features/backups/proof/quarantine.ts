import { digestObject, ObjectNotFound, type ObjectStore } from "@holdfast/storage";
import { isDamage, segmentKey } from "../../files/index.ts";

/** Where the bytes that were found under a segment's name are kept, should somebody need them. */
export function quarantineKey(sha256: Buffer): string {
  return `quarantine/${sha256.toString("hex")}`;
}

/**
 * Moves what lies under a segment's name out of the way, and returns where to; null where nothing lies there. An upload that stored the
 * right bytes at this very moment has its object moved too: what turns out to be whole is put back.
 */
export async function moveAside(store: ObjectStore, sha256: Buffer): Promise<string | "whole" | null> {
  const first = quarantineKey(sha256);
  // Each that was found is kept.
  const place = (await store.head(first)) === null ? first : `${first}.${Date.now().toString(36)}`;
  try {
    await store.move(segmentKey(sha256), place);
  } catch (error) {
    if (error instanceof ObjectNotFound) return null;
    throw error;
  }
  try {
    if (!(await digestObject(store, place)).sha256.equals(sha256)) return place;
  } catch (error) {
    if (isDamage(error)) return place;
    throw error;
  }
  await store.move(place, segmentKey(sha256));
  return "whole";
}
