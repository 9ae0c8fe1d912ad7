import type { Leaving, Transfer } from "@holdfast/contract";
import type { Queryable } from "../../../platform/database/database.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import * as queries from "./leaving.queries.ts";

/** What ends with somebody's account. Throws not_found. */
export async function leavingOf(db: Queryable, userId: string, now: Date): Promise<Leaving> {
  const ends = await queries.findEnds.first(db, userId, now);
  if (!ends) throw notFound();
  const [soleManagerOf, transfer] = await Promise.all([
    queries.listSoleTeams.all(db, userId),
    queries.findLatestTransfer.first(db, userId),
  ]);
  return { ...ends, soleManagerOf, transfer: transfer ? toTransfer(transfer) : null };
}

/**
 * Whether an account may go. An administrator may override that teams are left without a manager: then they have to be given one.
 * @throws last_manager, busy
 */
export async function requireLeavable(db: Queryable, userId: string, override: boolean): Promise<void> {
  if ((await queries.findLatestTransfer.first(db, userId))?.status === "running")
    throw new ProblemError(
      "busy",
      "The files of this account are being moved to somebody else. Wait until that is done.",
    );
  const teams = override ? [] : await queries.listSoleTeams.all(db, userId);
  if (teams.length === 0) return;
  const names = teams.slice(0, 5).map(({ name }) => `"${name}"`);
  const more = teams.length > names.length ? ` and ${teams.length - names.length} more` : "";
  throw new ProblemError(
    "last_manager",
    `Nobody else manages ${teams.length === 1 ? "the team" : "the teams"} ${names.join(", ")}${more}. Make somebody else a manager first.`,
  );
}

export function toTransfer(row: queries.TransferRow): Transfer {
  return {
    ...{ id: row.id, folderId: row.folder_id, status: row.status, entriesDone: row.entries_done },
    ...{ errorCode: row.error_code, error: row.error_detail },
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
