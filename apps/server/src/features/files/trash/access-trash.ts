import type { Queryable } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { accessFolder, roleAllows } from "../../access/index.ts";

/**
 * The space whose trash somebody may look into (who may restore what is in it) or empty (its managers). Without an id, and with one's own, it is
 * one's own space. @throws ProblemError not_found, also for a folder that is no space; forbidden
 */
export async function accessTrash(
  db: Queryable,
  userId: string,
  spaceId: string | undefined,
  intent: "see" | "empty",
): Promise<string> {
  if (spaceId === undefined || spaceId === userId) return userId;
  const root = await accessFolder(db, userId, spaceId, "see");
  if (root.id !== root.spaceId) throw notFound();
  if (intent === "empty" && root.role !== "manager") {
    throw new ProblemError("forbidden", "Only managers of the team empty its trash, or count what is in it.");
  }
  if (!roleAllows(root.role, "restore")) {
    throw new ProblemError(
      "forbidden",
      "The trash is for those who may restore what is in it. Ask a manager of the team.",
    );
  }
  return root.spaceId;
}
