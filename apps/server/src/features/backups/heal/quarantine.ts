import { createHash } from "node:crypto";
import { digestObject, ObjectNotFound, type ObjectStore, readObject } from "@holdfast/storage";
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

/** Keeps a copy of what lies under a segment's name, which stays there. What cannot be read cannot be copied: that is moved. */
export async function copyAside(store: ObjectStore, sha256: Buffer): Promise<Aside> {
  const found = await readObject(store, segmentKey(sha256)).catch((error: unknown) => {
    if (error instanceof ObjectNotFound) return "absent" as const;
    if (isDamage(error)) return "unreadable" as const;
    throw error;
  });
  if (found === "absent") return { place: null, whole: false };
  if (found === "unreadable") return moveAside(store, sha256);
  // An upload may have stored the right bytes meanwhile.
  if (createHash("sha256").update(found).digest().equals(sha256)) return { place: null, whole: true };
  const place = await freePlace(store, sha256);
  await store.put(place, found);
  return { place, whole: false };
}

/** Each that was found is kept. */
async function freePlace(store: ObjectStore, sha256: Buffer): Promise<string> {
  const first = quarantineKey(sha256);
  return (await store.head(first)) === null ? first : `${first}.${Date.now().toString(36)}`;
}

/**
 * Moves what lies under a segment's name out of the way. An upload that stored the
 * right bytes at this very moment has its object moved too: what turns out to be whole is put back.
 */
export async function moveAside(store: ObjectStore, sha256: Buffer): Promise<Aside> {
  const place = await freePlace(store, sha256);
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
