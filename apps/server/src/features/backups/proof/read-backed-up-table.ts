import { lookUp } from "@holdfast/repository";
import type { BackupsDeps } from "../backups.deps.ts";
import { linesOf } from "../restore/instance/read-lines.ts";
import * as queries from "./rehearsals.queries.ts";

/** A table as a server backup has it. */
export interface BackedUpTable {
  /** When the backup was made. */
  at: Date;
  /** Each row as JSON; none where the backup is from before there was such a table. */
  lines: AsyncGenerator<string>;
}

/** A table of the newest server backup; null without one. @throws where its target cannot be read */
export async function readBackedUpTable(
  deps: Pick<BackupsDeps, "db" | "targets">,
  table: string,
): Promise<BackedUpTable | null> {
  const backup = await queries.findNewestInstanceBackup.first(deps.db);
  if (!backup) return null;
  const { repository } = await deps.targets.open(backup.target_id);
  const snapshot = await repository.snapshot(backup.snapshot_id as string);
  const path = `catalog/holdfast.${table}.ndjson`;
  async function* lines(): AsyncGenerator<string> {
    const node = await lookUp(repository, snapshot.tree, path).catch((error: { code?: string }) => {
      if (error.code === "not_found") return null;
      throw error;
    });
    if (node) yield* linesOf(repository, node);
  }
  return { at: snapshot.time, lines: lines() };
}
