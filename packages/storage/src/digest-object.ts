import { createHash } from "node:crypto";
import { StorageError } from "./errors.ts";
import type { ObjectStore, OnOpen, OpenedObject } from "./object-store.ts";

export interface Digest extends OpenedObject {
  sha256: Buffer;
}

/**
 * The SHA-256 of an object's bytes as they are now, and the version that has them.
 * @throws what `get` throws; StorageError "unavailable" where the object was written while it was read
 */
export async function digestObject(store: ObjectStore, key: string, onOpen?: OnOpen): Promise<Digest> {
  const hash = createHash("sha256");
  let opened: OpenedObject | null = null;
  await store.get(
    key,
    (chunk) => {
      hash.update(chunk);
    },
    undefined,
    (object) => {
      if (opened !== null && opened.version !== object.version) {
        throw new StorageError("unavailable", `"${key}" was written while it was read.`);
      }
      opened = object;
      onOpen?.(object);
    },
  );
  if (opened === null) throw new Error(`The store read "${key}" without opening it.`);
  return { ...(opened as OpenedObject), sha256: hash.digest() };
}
