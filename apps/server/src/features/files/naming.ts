import type { Database } from "../../platform/database/database.ts";
import { execute, sqlState, violatedConstraint } from "../../platform/database/database.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { escapeLike } from "./files.queries.ts";
import { numberedName, splitName } from "./names.ts";

const maxTries = 20;

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
      name = await freeName(db, wanted.parentId, wanted.name);
    }
  }
}

/** The first of "name (2)", "name (3)", … that is free right now. */
async function freeName(db: Database, parentId: string, name: string): Promise<string> {
  const [stem] = splitName(numberedName(name, 2));
  const prefix = stem.replace(/ \(2\)$/u, "");
  const rows = await execute<{ name: string }>(
    db,
    `select name from holdfast.files
     where parent_id = $1 and trashed_at is null and purged_at is null and name like $2`,
    [parentId, `${escapeLike(prefix)} (%`],
  );
  const taken = new Set(rows.map((row) => row.name));
  for (let n = 2; ; n++) {
    const candidate = numberedName(name, n);
    if (!taken.has(candidate)) return candidate;
  }
}
