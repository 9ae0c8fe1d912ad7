export type StorageErrorCode =
  | "not_found"
  | "no_space"
  | "permission_denied"
  | "unavailable"
  | "corrupt"
  | "invalid_key"
  | "too_large";

/** What of a store's settings is to be looked at. */
export type StoreSetting = "endpoint" | "region" | "bucket" | "key" | "secret";

/** Every failure of a store. `retryable` says whether the same call may succeed later without anybody doing anything. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly retryable: boolean;
  /** Null where no setting is at fault, as far as one can tell. */
  readonly setting: StoreSetting | null;

  constructor(
    code: StorageErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; setting?: StoreSetting | null } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "StorageError";
    this.code = code;
    this.retryable = options.retryable ?? code === "unavailable";
    this.setting = options.setting ?? null;
  }
}

export class ObjectNotFound extends StorageError {
  constructor(key: string) {
    super("not_found", `There is no object "${key}" in the store.`);
    this.name = "ObjectNotFound";
  }
}
