import type { BackupPart } from "@holdfast/contract";
import { ProblemError } from "../../../../platform/http/problem.ts";
import type { BackupRow } from "../../backups.queries.ts";
import { rootOfPart } from "../../browse/access-backup.ts";
import { partsOf } from "../../browse/browse-backup.ts";

/** What of a snapshot is restored: one person's folder, and paths below it (null: everything). */
export interface RestoreSource {
  rootPath: string;
  paths: string[] | null;
  /** The folder's name below `/files`. */
  person: string;
}

/**
 * Of an account's backup, a part's one folder. Of an instance's, the folder that the paths begin with: `files/<email>` or something below it, of
 * one person at a time. Throws invalid_request.
 */
export function restoreSource(
  backup: Pick<BackupRow, "scope" | "root_path">,
  part: BackupPart,
  paths: readonly string[] | null,
): RestoreSource {
  if (backup.scope !== "instance") {
    const rootPath = rootOfPart(backup, part);
    return { rootPath, paths: paths && [...paths], person: partsOf(rootPath)[1] ?? "" };
  }
  const wanted = (paths ?? []).map(partsOf);
  const person = wanted[0]?.[1];
  if (person === undefined || !wanted.every((parts) => parts[0] === "files" && parts[1] === person)) {
    throw new ProblemError(
      "invalid_request",
      "Of a server backup, one person's files can be restored here: give paths below files/<email>. The whole server is restored on an empty installation, from its set-up page or with `holdfast restore`.",
    );
  }
  const below = wanted.map((parts) => parts.slice(2).join("/"));
  return { rootPath: `files/${person}`, paths: below.includes("") ? null : below, person };
}
