import { StorageError } from "./errors.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * Stores, reads and deletes an object of its own. `place` names the store for a person.
 * @throws StorageError that does not speak of that object, which nobody knows
 */
export async function tryOut(store: Pick<ObjectStore, "put" | "get" | "delete">, place: string): Promise<void> {
  const key = `probe-${process.pid}-${Date.now().toString(36)}`;
  try {
    let seen = "";
    await store.put(key, Buffer.from("probe"));
    await store.get(key, (chunk) => {
      seen += Buffer.from(chunk).toString();
    });
    await store.delete([key]);
    if (seen !== "probe") throw new StorageError("corrupt", `${place} does not give back what was stored in it.`);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { code, retryable, setting } = error;
    throw new StorageError(code, error.message.replaceAll(`"${key}"`, "anything"), {
      cause: error,
      retryable,
      setting,
    });
  }
}
