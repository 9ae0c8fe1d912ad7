import { StorageError } from "./errors.ts";
import type { ByteRange, ObjectStore } from "./object-store.ts";

/**
 * An object, or a range of it, in one buffer that belongs to the caller. For objects that are known to fit into memory.
 * @throws what `get` throws, and StorageError "corrupt" where the store gave fewer or more bytes than the range has.
 */
export async function readObject(store: ObjectStore, key: string, range?: ByteRange): Promise<Buffer> {
  if (range !== undefined) return readRange(store, key, range);
  const chunks: Buffer[] = [];
  await store.get(key, (chunk) => {
    chunks.push(Buffer.from(chunk));
  });
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

async function readRange(store: ObjectStore, key: string, range: ByteRange): Promise<Buffer> {
  const length = Math.max(0, range.end - range.start);
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  await store.get(
    key,
    (chunk) => {
      if (filled + chunk.length <= length) bytes.set(chunk, filled);
      filled += chunk.length;
    },
    range,
  );
  if (filled !== length) {
    throw new StorageError("corrupt", `The store gave ${filled} bytes of "${key}" where ${length} were asked for.`);
  }
  return bytes;
}
