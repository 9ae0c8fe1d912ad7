import type { BackupPart } from "@holdfast/contract";
import { type Repository, RepositoryError } from "@holdfast/repository";
import { StorageError } from "@holdfast/storage";
import type { Queryable } from "../../../platform/database/database.ts";
import type { Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { type BackupViewRow, findBackup, managesTeam } from "../backups.queries.ts";
import { TargetAway } from "../targets/target-away.ts";
import { withoutPaths } from "../work/without-paths.ts";

/**
 * The one decision whether somebody may see, restore or delete a backup: their own account's, that of a team that they manage, and for admins
 * the instance's. Nobody else's account or team, whatever the role. @throws not_found
 */
export async function accessBackup(deps: BackupsDeps, who: Principal, id: string): Promise<BackupViewRow> {
  const row = await findBackup.first(deps.db, id);
  if (!row) throw notFound();
  if (!(await mayUse(deps.db, who, row))) throw notFound();
  return row;
}

/** The same decision for a backup and for a schedule. */
export async function mayUse(
  db: Queryable,
  who: Principal,
  { scope, user_id }: Pick<BackupViewRow, "scope" | "user_id">,
): Promise<boolean> {
  if (scope === "instance") return who.role === "admin";
  if (scope === "account") return user_id === who.userId;
  return user_id !== null && ((await managesTeam.first(db, user_id, who.userId))?.manages ?? false);
}

export interface WantedScope {
  scope: "account" | "space" | "instance";
  /** Of a team. */
  spaceId?: string | undefined;
}

/**
 * Whose rows a scope means: a person's or a team's; null: the instance's. @throws forbidden where somebody who is no admin asks for the
 * instance's, or who is no manager for a team's; not_found, invalid_request
 */
export async function scopeOwner(
  db: Queryable,
  who: Principal,
  { scope, spaceId }: WantedScope,
): Promise<string | null> {
  if ((scope === "space") !== (spaceId !== undefined)) {
    throw new ProblemError("invalid_request", "spaceId names the team of scope space, and is for that alone.");
  }
  if (scope === "account") return who.userId;
  if (spaceId !== undefined) {
    const found = await managesTeam.first(db, spaceId, who.userId);
    if (!found) throw notFound();
    if (!found.manages) throw new ProblemError("forbidden", "Only managers of the team may do this. Ask one of them.");
    return spaceId;
  }
  if (who.role === "admin") return null;
  throw new ProblemError("forbidden", "Only an admin may back up the whole instance.");
}

/** @throws invalid_request where the choice is none, since everything is held anyway */
export function checkWithVersions(scope: WantedScope["scope"], withVersions: boolean): void {
  if (scope !== "instance" || !withVersions) return;
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
