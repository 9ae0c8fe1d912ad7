import { StorageError } from "../errors.ts";
import { codeOf } from "./file-calls.ts";

/** What the file system answered, as an operator can act on it. Errors that are ours already pass unchanged. */
export function fileError(error: unknown, doing: string): Error {
  if (error instanceof StorageError || error instanceof RangeError) return error;
  const code = codeOf(error);
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new StorageError("no_space", `The disk is full: could not ${doing}.`, { cause: error });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new StorageError("permission_denied", `The file system does not allow to ${doing} (${code}).`, {
        cause: error,
      });
    case "ELOOP":
    case "ENOTDIR":
      return new StorageError(
        "permission_denied",
        `A symbolic link or a file is where a folder should be: could not ${doing}.`,
        {
          cause: error,
        },
      );
    default:
      return new StorageError("unavailable", `Could not ${doing} (${code ?? String(error)}).`, {
        cause: error,
        retryable: code === "EMFILE" || code === "ENFILE" || code === "EAGAIN" || code === "EBUSY" || code === "EIO",
      });
  }
}
