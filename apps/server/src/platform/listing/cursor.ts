import { ProblemError } from "../http/problem.ts";

/**
 * A cursor is where a listing stopped: the sort keys of the last row. Opaque to clients; it names no one and grants nothing, so it is
 * not signed, only checked for shape.
 */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** Throws invalid_cursor unless the cursor holds exactly the kinds of keys that are expected. */
export function decodeCursor<const K extends readonly ("string" | "number")[]>(
  cursor: string | undefined,
  kinds: K,
): { [I in keyof K]: K[I] extends "string" ? string : number } | null {
  if (cursor === undefined) return null;
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(keys) && keys.length === kinds.length && keys.every((key, i) => typeof key === kinds[i])) {
      return keys as never;
    }
  } catch {
    // Answered below.
  }
  throw invalidCursor();
}

export function invalidCursor(): ProblemError {
  return new ProblemError("invalid_cursor", "The cursor does not belong to this listing. Start again without it.");
}
