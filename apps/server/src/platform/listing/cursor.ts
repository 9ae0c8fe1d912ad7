import { ProblemError } from "../http/problem.ts";
import { isId } from "../ids.ts";

/**
 * A cursor is where a listing stopped: the sort keys of the last row. Opaque to clients; it names no one and grants nothing, so it is
 * not signed, only checked for shape.
 */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** What a key of a cursor may be: any text that a database keeps, a time that PostgreSQL reads, a row's id, a number. */
type Kind = "string" | "time" | "id" | "number";

/** Throws invalid_cursor unless the cursor holds exactly the kinds of keys that are expected. */
export function decodeCursor<const K extends readonly Kind[]>(
  cursor: string | undefined,
  kinds: K,
): { [I in keyof K]: K[I] extends "number" ? number : string } | null {
  if (cursor === undefined) return null;
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(keys) && keys.length === kinds.length && keys.every((key, i) => isOf(kinds[i] as Kind, key))) {
      return keys as never;
    }
  } catch {
    // Answered below.
  }
  throw invalidCursor();
}

function isOf(kind: Kind, key: unknown): boolean {
  if (kind === "number") return typeof key === "number";
  if (typeof key !== "string" || key.includes("\0") || !key.isWellFormed()) return false;
  if (kind === "id") return isId(key);
  return kind === "string" || isTime(key);
}

const timePattern =
  /^([1-9]\d{3}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d{1,6})?(?:[+-](?:0\d|1[0-5]):[0-5]\d|Z)$/;

/** Is this a time that PostgreSQL reads? */
export function isTime(text: string): boolean {
  const local = timePattern.exec(text)?.[1];
  if (local === undefined) return false;
  const date = new Date(`${local}Z`);
  // The 31st of February is read as a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(local);
}

export function invalidCursor(): ProblemError {
  return new ProblemError("invalid_cursor", "The cursor does not belong to this listing. Start again without it.");
}
