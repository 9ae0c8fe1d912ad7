import type { Origin } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { accessFolder } from "../access/index.ts";
import type { FilesDeps } from "./files.deps.ts";
import { purgeFile, trashFile, trashFiles } from "./trash/delete-file.ts";
import { restoreFile } from "./trash/restore-file.ts";
import { updateFile } from "./update-file.ts";

export interface BulkRequest {
  action: "trash" | "restore" | "delete" | "move";
  ids: readonly string[];
  parentId?: string | null | undefined;
  keepGrants?: boolean | undefined;
}

export interface BulkOutcome {
  id: string;
  ok: boolean;
  code: string | null;
  detail: string | null;
}

/** Does one thing to many files, each answered for itself: one that fails does not undo the others. */
export async function bulkFiles(
  deps: FilesDeps,
  origin: Origin,
  userId: string,
  asked: BulkRequest,
): Promise<BulkOutcome[]> {
  if (asked.action === "move") await accessFolder(deps.db, userId, asked.parentId ?? null);
  const act = (fileId: string): Promise<unknown> => {
    switch (asked.action) {
      case "trash":
        return trashFile(deps, origin, userId, fileId);
      case "delete":
        return purgeFile(deps, origin, userId, fileId);
      case "restore":
        return restoreFile(deps, origin, { userId, fileId, onConflict: "rename" });
      case "move":
        return updateFile(deps, origin, {
          ...{ userId, fileId, parentId: asked.parentId ?? null, onConflict: "rename" },
          keepGrants: asked.keepGrants,
        });
    }
  };
  const ids = [...new Set(asked.ids)];
  // What cannot go in one statement is asked for alone, so that it gets an answer of its own.
  const done = asked.action === "trash" ? await trashFiles(deps, origin, userId, ids) : new Set<string>();
  const outcomes: BulkOutcome[] = [];
  for (const id of ids) {
    if (done.has(id)) {
      outcomes.push({ id, ok: true, code: null, detail: null });
      continue;
    }
    try {
      await act(id);
      outcomes.push({ id, ok: true, code: null, detail: null });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      outcomes.push({ id, ok: false, code: error.code, detail: error.message });
    }
  }
  return outcomes;
}
