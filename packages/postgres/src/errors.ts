/**
 * Something that a person can put right: `message` is one whole sentence, fit to be shown without a stack.
 */
export class PostgresError extends Error {
  override name = "PostgresError";
}

/** The code of a system error ("ENOENT", "EACCES", …), or "" for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether PostgreSQL's output tells of a full disk; a short write is told without the system's own words. */
export function saysDiskFull(output: string): boolean {
  return /No space left on device|Check free disk space|Disk quota exceeded/.test(output);
}
