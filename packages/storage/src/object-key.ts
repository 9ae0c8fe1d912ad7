import { StorageError } from "./errors.ts";

const KEY = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;
const PREFIX = /^(?:[a-z0-9_-][a-z0-9._-]*\/)*$/;

/** No empty part, none that starts with a dot: such a key can never leave the root it is joined to, nor name our own `.tmp`. */
export function checkKey(key: string): void {
  if (key.length > 512 || !KEY.test(key)) {
    throw new StorageError("invalid_key", `"${key.slice(0, 80)}" cannot be the key of an object.`);
  }
}

export function checkPrefix(prefix: string): void {
  if (prefix.length > 512 || !PREFIX.test(prefix)) {
    throw new StorageError(
      "invalid_key",
      `"${prefix.slice(0, 80)}" cannot be a prefix: it must be empty or end with "/".`,
    );
  }
}
