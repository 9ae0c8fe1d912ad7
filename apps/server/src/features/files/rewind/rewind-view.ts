import type { Rewind } from "@holdfast/contract";
import type { FilesDeps } from "../files.deps.ts";
import type { RewindRow } from "./rewinds.queries.ts";

/** @param rules null: every version is kept */
export function toRewind(row: RewindRow, rules: FilesDeps["keepVersions"]): Rewind {
  const age = row.created_at.getTime() - row.to_time.getTime();
  return {
    id: row.id,
    userId: row.space_id,
    to: row.to_time.toISOString(),
    dryRun: row.dry_run,
    status: row.status,
    plan: row.plan,
    itemsTotal: row.items_total,
    itemsDone: row.items_done,
    sample: row.sample,
    notDone: row.not_done,
    exact: rules === null || age <= rules.all * 1000,
    errorCode: row.error_code,
    error: row.error_detail,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
