import type { Database } from "../../platform/database/database.ts";
import { sqlState, violatedConstraint } from "../../platform/database/database.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { escapeLike, listNamesLike } from "./files.queries.ts";
import { numberedName, numberedPrefix } from "./names.ts";

const maxTries = 30;

export function isNameTaken(error: unknown): boolean {
  return sqlState(error) === "23505" && violatedConstraint(error) === "files_live_name";
}

export function nameTaken(name: string): ProblemError {
  return new ProblemError("name_taken", `There is already something called "${name}" in this folder.`);
}

/**
 * Runs `attempt`, one whole transaction, with the name asked for; where the folder has that name already, either says so or tries
 * other names until one is free. The unique index decides, so nothing is won or lost by racing.
 */
export async function withFreeName<T>(
  db: Database,
  wanted: { parentId: string; name: string; onConflict: "fail" | "rename" },
  attempt: (name: string) => Promise<T>,
): Promise<T> {
  let name = wanted.name;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(name);
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      if (wanted.onConflict === "fail" || tries >= maxTries) throw nameTaken(wanted.name);
      name = await freeName(db, wanted.parentId, wanted.name, tries);
    }
  }
}

/**
 * The first of "name (2)", "name (3)", … that is free right now. Where many want one name at once they would all come to the same answer
 * again and again, so after some tries a few free ones are passed over.
 */
async function freeName(db: Database, parentId: string, name: string, tries: number): Promise<string> {
  const rows = await listNamesLike.all(db, parentId, `${escapeLike(numberedPrefix(name))}%(%`);
  const taken = new Set(rows.map((row) => row.name));
  let passed = tries < 5 ? 0 : Math.floor(Math.random() * tries * 2);
  for (let n = 2; ; n++) {
    const candidate = numberedName(name, n);
    if (!taken.has(candidate) && passed-- <= 0) return candidate;
  }
}
