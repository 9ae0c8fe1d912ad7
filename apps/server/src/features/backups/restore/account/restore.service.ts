import type { BackupPart, Restore } from "@holdfast/contract";
import { audit } from "../../../../platform/audit/audit.ts";
import { keepAnswer } from "../../../../platform/http/idempotency/idempotency.ts";
import type { Origin, Principal } from "../../../../platform/http/principal.ts";
import { ProblemError } from "../../../../platform/http/problem.ts";
import { newId } from "../../../../platform/ids.ts";
import type { BackupsDeps } from "../../backups.deps.ts";
import { findUser } from "../../backups.queries.ts";
import { asProblem, type OpenSnapshot, openSnapshot } from "../../browse/access-backup.ts";
import { toRestore } from "../../browse/backup-view.ts";
import { partsOf } from "../../browse/browse-backup.ts";
import { findRestore, insertRestore, type RestoreRow } from "../../states/restore-states.ts";
import { Destination } from "./destination.ts";
import { ownerOfFolder } from "./owner-of-folder.ts";
import { findRoots, planRestore } from "./plan-restore.ts";
import { type RestoreSource, restoreSource } from "./restore-source.ts";
import { runRestoreJob } from "./run-restore.ts";

export interface RestoreRequest {
  part: BackupPart;
  paths?: string[] | undefined;
  mode: "new-folder" | "in-place";
  newer: "keep" | "replace";
  /** Of a server backup: another account than that of the person whose files they were. */
  toUserId?: string | undefined;
}

const SHOWN = 500;

/** Begins a restore; nothing is there before its job has run. Throws not_found, invalid_request, busy, target_unusable. */
export async function startRestore(
  deps: BackupsDeps,
  who: Principal,
  origin: Origin,
  backupId: string,
  wanted: RestoreRequest,
): Promise<Restore> {
  const paths = wanted.paths?.map((path) => partsOf(path).join("/")) ?? null;
  const { snapshot, source, userId, spaceId } = await placeOf(deps, who, backupId, { ...wanted, paths });
  // What is not there is told now, not by a failed job.
  await findRoots({ ...snapshot, rootPath: source.rootPath }, source.paths);
  const id = newId();
  const restore = await deps.db.transaction(async (tx) => {
    const listed = paths === null ? null : JSON.stringify(paths);
    await insertRestore.count(
      ...([tx, id, userId, backupId, wanted.part, wanted.mode, wanted.newer, listed, spaceId] as const),
    );
    await deps.jobs.enqueue(tx, runRestoreJob, { restoreId: id });
    await audit(tx, origin, {
      action: "backup.restore",
      targetId: backupId,
      detail: { restoreId: id, mode: wanted.mode },
    });
    return keepAnswer(tx, toRestore((await findRestore.first(tx, id)) as RestoreRow, who));
  });
  for (const person of new Set([who.userId, userId])) deps.events.publish(person, { type: "backups.changed", id });
  return restore;
}

export interface RestorePreview {
  new: number;
  changed: number;
  same: number;
  kept: number;
  bytes: number;
  items: { path: string; what: "new" | "changed" | "kept"; fileSize: number }[];
}

/** What a restore would do. Throws not_found, invalid_request, busy, target_unusable. */
export async function previewRestore(
  deps: BackupsDeps,
  who: Principal,
  backupId: string,
  wanted: RestoreRequest,
): Promise<RestorePreview> {
  const { snapshot, source, userId, spaceId } = await placeOf(deps, who, backupId, {
    ...wanted,
    paths: wanted.paths ?? null,
  });
  const roots = await findRoots({ ...snapshot, rootPath: source.rootPath }, source.paths);
  const destination = new Destination(deps, {
    userId,
    targetId: snapshot.row.target_id,
    baseId: wanted.mode === "in-place" ? (spaceId ?? userId) : null,
    mode: wanted.mode,
    newer: wanted.newer,
    create: false,
  });
  const preview: RestorePreview = { new: 0, changed: 0, same: 0, kept: 0, bytes: 0, items: [] };
  try {
    for await (const { path, node, decision, bytes } of planRestore(snapshot, roots, destination)) {
      preview[decision]++;
      const fileSize = node.size ?? 0;
      preview.bytes += bytes;
      if (decision !== "same" && preview.items.length < SHOWN) {
        preview.items.push({ path: path.join("/"), what: decision, fileSize });
      }
    }
  } catch (error) {
    throw asProblem(error);
  }
  return preview;
}

interface Place {
  snapshot: OpenSnapshot;
  source: RestoreSource;
  /** Whose account the files come back into; of a team's backup, who restores it. */
  userId: string;
  /** The team that they come back into. */
  spaceId: string | null;
}

/** Where a restore takes from and goes to: one's own account, or, for an admin with a server backup, anybody's. */
async function placeOf(
  deps: BackupsDeps,
  who: Principal,
  backupId: string,
  { part, mode, paths, toUserId }: Pick<RestoreRequest, "part" | "mode" | "toUserId"> & { paths: string[] | null },
): Promise<Place> {
  const snapshot = await openSnapshot(deps, who, backupId, part);
  if (part !== "files" && mode === "in-place") {
    throw new ProblemError(
      "invalid_request",
      "Earlier versions and what was in the trash come back into a new folder only. Choose the mode new-folder, and move from there what you need.",
    );
  }
  const source = restoreSource(snapshot.row, part, paths);
  const { scope, user_id: spaceId } = snapshot.row;
  if (scope !== "instance") {
    if (toUserId === undefined || (scope === "account" && toUserId === who.userId)) {
      return { snapshot, source, userId: who.userId, spaceId: scope === "space" ? spaceId : null };
    }
    throw new ProblemError(
      "invalid_request",
      "A backup of an account or a team is restored into the same: leave toUserId out.",
    );
  }
  const owner = await ownerOfFolder(snapshot, source.person).catch((error) => {
    throw asProblem(error);
  });
  const into = toUserId ?? owner;
  const person = into && (await findUser.first(deps.db, into));
  if (!person) {
    throw new ProblemError(
      "not_found",
      `There is no account of "${source.person}" now. Make one, and name it as toUserId to restore into it.`,
    );
  }
  return { snapshot, source, userId: person.id, spaceId: null };
}
