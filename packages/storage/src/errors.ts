export type StorageErrorCode =
  | "not_found"
  | "no_space"
  | "permission_denied"
  | "unavailable"
  | "corrupt"
  | "invalid_key"
  | "too_large";

/** Every failure of a store. `retryable` says whether the same call may succeed later without anybody doing anything. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly retryable: boolean;

  constructor(code: StorageErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = "StorageError";
    this.code = code;
    this.retryable = options.retryable ?? code === "unavailable";
  }
}

export class ObjectNotFound extends StorageError {
  constructor(key: string) {
    super("not_found", `There is no object "${key}" in the store.`);
    this.name = "ObjectNotFound";
  }
}
