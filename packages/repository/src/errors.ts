export type RepositoryErrorCode =
  /** No key of the repository opens with the password. */
  | "wrong_password"
  /** Another process holds a lock that does not go together with the one asked for. */
  | "locked"
  /** The lock could not be refreshed in time, or somebody removed it. */
  | "lock_lost"
  /** Bytes in the store are not what was written. */
  | "damaged"
  /** An entry of a snapshot can be none: its name would lead out of its folder, or another one has it. */
  | "refused"
  /** Something that was asked for is not in the repository. */
  | "not_found"
  /** The store holds no repository. */
  | "no_repository"
  /** The store holds a repository already. */
  | "exists"
  /** The repository is of a version that this program does not know. */
  | "unsupported"
  /** What the caller gave cannot be stored. */
  | "invalid";

export class RepositoryError extends Error {
  readonly code: RepositoryErrorCode;

  constructor(code: RepositoryErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "RepositoryError";
    this.code = code;
  }
}

export function damaged(message: string, cause?: unknown): RepositoryError {
  return new RepositoryError("damaged", message, { cause });
}
