import { PostgresError } from "@holdfast/postgres";
import { StorageError } from "@holdfast/storage";
import { ConfigError } from "../config.ts";
import { KeySetError } from "../features/auth/index.ts";
import { MigrationError } from "../platform/database/migrate/migrate.ts";
import { TlsError } from "../platform/http/connection/tls.ts";
import { SecretMismatch } from "../platform/shared-secrets.ts";

/** A reason not to start that a person can do something about; `message` is one sentence. */
export class StartError extends Error {
  override name = "StartError";
}

/** What to tell a person about a failed start: sentences where the cause is known, otherwise everything there is. */
export function describeFailure(error: unknown): string[] {
  if (error instanceof ConfigError) return [...error.mistakes];
  const known = [StartError, PostgresError, MigrationError, StorageError, TlsError, KeySetError, SecretMismatch];
  if (known.some((kind) => error instanceof kind)) return [(error as Error).message];
  return [describeSystemError(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))];
}

function describeSystemError(error: unknown): string | null {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  const where = path ? ` (${path})` : "";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full${where}: free some space and start again.`;
    case "EROFS":
      return `The disk is read-only${where}: set HOLDFAST_DATA to a folder that can be written.`;
    case "EACCES":
    case "EPERM":
      return `Holdfast may not use what it needs${where}: check who owns the data folder, or set HOLDFAST_DATA to another one.`;
    default:
      return null;
  }
}
