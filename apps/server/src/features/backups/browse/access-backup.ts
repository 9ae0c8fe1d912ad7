import type { BackupPart } from "@holdfast/contract";
import { type Repository, RepositoryError } from "@holdfast/repository";
import { StorageError } from "@holdfast/storage";
import type { Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupViewRow, findBackup } from "../backups.queries.ts";
import { TargetAway } from "../targets/target-away.ts";
import { withoutPaths } from "../work/without-paths.ts";

/**
 * The one decision whether somebody may see, restore or delete a backup: their own account's, and for admins the instance's. Nobody else's
 * account, whatever the role. @throws not_found
 */
export async function accessBackup(deps: BackupsDeps, who: Principal, id: string): Promise<BackupViewRow> {
  const row = await findBackup.first(deps.db, id);
  if (!row) throw notFound();
  const allowed = row.scope === "instance" ? who.role === "admin" : row.user_id === who.userId;
  if (!allowed) throw notFound();
  return row;
}

/** Whose rows a scope means. @throws forbidden where somebody who is no admin asks for the instance's */
export function scopeOwner(who: Principal, scope: "account" | "instance"): string | null {
  if (scope === "account") return who.userId;
  if (who.role === "admin") return null;
  throw new ProblemError("forbidden", "Only an admin may back up the whole instance.");
}

/** @throws invalid_request where the choice is none, since everything is held anyway */
export function checkWithVersions(scope: "account" | "instance", withVersions: boolean): void {
  if (scope === "account" || !withVersions) return;
  throw new ProblemError(
    "invalid_request",
    "A backup of the instance holds earlier versions and the trash in any case. Leave withVersions out.",
  );
}

/** A snapshot that can be looked into. */
export interface OpenSnapshot {
  row: BackupViewRow;
  repository: Repository;
  /** The root tree. */
  tree: string;
  /** What a path of the API is below in the snapshot: empty, or `<part>/<email>`. */
  rootPath: string;
}

/** @throws not_found (also for a part that the backup does not have), busy, target_unusable */
export async function openSnapshot(
  deps: BackupsDeps,
  who: Principal,
  id: string,
  part: BackupPart,
): Promise<OpenSnapshot> {
  const row = await accessBackup(deps, who, id);
  if (part !== "files" && !row.with_versions) throw notFound();
  if (row.status !== "completed" || row.tree_id === null) {
    const why = row.status === "queued" || row.status === "running" ? "not finished yet" : row.status;
    throw new ProblemError("busy", `This backup is ${why}; there is nothing in it to look at.`);
  }
  const { repository } = await deps.targets.open(row.target_id).catch((error) => {
    throw asProblem(error);
  });
  return { row, repository, tree: row.tree_id, rootPath: rootOfPart(row, part) };
}

/** A part's folder in the snapshot: the account's, whose files are `files/<email>`; an instance has nothing but its root. */
export function rootOfPart({ root_path: files }: Pick<BackupViewRow, "root_path">, part: BackupPart): string {
  return part === "files" || !files ? (files ?? "") : files.replace(/^files/, part);
}

/** What the engine or a target throws, as what a client is told: nothing of where it lies. */
export function asProblem(error: unknown): unknown {
  if (error instanceof RepositoryError) {
    if (error.code === "not_found") return notFound();
    if (error.code === "damaged") {
      return new ProblemError("data_unreadable", withoutPaths(`The backup is damaged here: ${error.message}`), {
        cause: error,
      });
    }
    return new ProblemError("target_unusable", withoutPaths(error.message), { cause: error });
  }
  if (error instanceof TargetAway) {
    return new ProblemError("target_unusable", withoutPaths(error.message), { cause: error });
  }
  if (error instanceof StorageError && error.code !== "no_space") {
    return new ProblemError("target_unusable", withoutPaths(error.message), { cause: error });
  }
  return error;
}
