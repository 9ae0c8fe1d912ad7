import { type FileSink, restore, type TreeNode } from "@holdfast/repository";
import { z } from "zod";
import { defineJob, type JobContext } from "../../../../platform/jobs/job.ts";
import { checkQuota } from "../../../files/index.ts";
import type { BackupsDeps, IncomingFile } from "../../backups.deps.ts";
import { type BackupViewRow, findBackup } from "../../backups.queries.ts";
import { partsOf } from "../../browse/browse-backup.ts";
import { healFile } from "../../heal/heal-segment.ts";
import {
  beginRestore,
  endRestore,
  findRestore,
  type RestoreRow,
  recordFolder,
  recordKept,
  requeueRestore,
} from "../../states/restore-states.ts";
import { comingBack, isOpen } from "../../work/come-back.ts";
import { explainFailure, isLocked, isPassing, isRefused } from "../../work/explain-failure.ts";
import { withLock } from "../../work/scope-lock.ts";
import { Cancelled, maxAttempts, type Tracker, trackWork } from "../../work/track-work.ts";
import { Destination, type Verdict } from "./destination.ts";
import { findRoots, planRestore, type RestoreRoot } from "./plan-restore.ts";
import { restoreSource } from "./restore-source.ts";

export const runRestoreJob = defineJob({
  name: "backups.restore",
  changesData: true,
  payload: z.object({ restoreId: z.uuid() }),
  expireInSeconds: 23 * 3600,
  retryLimit: 10,
  concurrency: 2,
});

/** Paths of kept files that are reported by name. */
const NAMED = 100;
const NAMED_REFUSED = 3;

/** Brings files back. Begun again after a crash, it finds what is back already and goes on. */
export async function runRestore(deps: BackupsDeps, restoreId: string, context: JobContext): Promise<void> {
  const waiting = await findRestore.first(deps.db, restoreId);
  if (!waiting || !isOpen(waiting)) return;
  const began = await withLock(deps.db, { scope: spaceOf(waiting) }, () => runLocked(deps, restoreId, context));
  if (!began) await comeBack(deps, restoreId);
}

/** Something else of this account, or a prune of the repository, is under way. */
async function comeBack(deps: BackupsDeps, restoreId: string): Promise<void> {
  await deps.jobs.enqueue(deps.db, runRestoreJob, { restoreId }, comingBack(deps.clock, restoreId));
}

async function runLocked(deps: BackupsDeps, restoreId: string, context: JobContext): Promise<void> {
  const row = await beginRestore(deps.db, restoreId);
  if (!row) return;
  const notify = (): void => deps.events.publish(row.user_id, { type: "backups.changed", id: restoreId });
  const tracker = trackWork(deps, "restores", restoreId, context.signal, notify);
  let outcome: { status: "completed" | "failed" | "cancelled" | "queued"; error: string | null; thrown?: unknown };
  try {
    if (row.attempts > maxAttempts) throw new Error(`It was begun ${maxAttempts} times without coming to an end.`);
    outcome = { status: "completed", error: leftOut(await work(deps, row, tracker)) };
  } catch (error) {
    const reason = tracker.signal.aborted ? tracker.signal.reason : error;
    if (reason instanceof Cancelled) outcome = { status: "cancelled", error: null };
    else if (context.signal.aborted || isLocked(error) || (isPassing(error) && row.attempts < maxAttempts)) {
      outcome = { status: "queued", error: null, thrown: error };
    } else {
      context.log.error({ err: error, restoreId }, "a restore failed");
      outcome = { status: "failed", error: `${explainFailure(error)} What is back already stays.` };
    }
  }
  await tracker.stop();
  const { status, error } = outcome;
  if (status !== "queued") await endRestore(deps.db, restoreId, status, error);
  else await requeueRestore(deps.db, restoreId, context.signal.aborted || isLocked(outcome.thrown) ? 1 : 0);
  notify();
  if (isLocked(outcome.thrown)) return comeBack(deps, restoreId);
  if (outcome.status === "queued") throw outcome.thrown;
}

/** Entries of a backup that can be none, as a sentence. */
function leftOut(refused: readonly string[]): string | null {
  if (refused.length === 0) return null;
  const more = refused.length > NAMED_REFUSED ? ` And ${refused.length - NAMED_REFUSED} more.` : "";
  return `Left out, because a program other than Holdfast has stored what cannot be restored: ${refused.slice(0, NAMED_REFUSED).join(" ")}${more}`;
}

/** @returns what of the backup was refused, each as a sentence */
async function work(deps: BackupsDeps, row: RestoreRow, tracker: Tracker): Promise<string[]> {
  const backup = await findBackup.first(deps.db, row.backup_id);
  if (!backup?.tree_id) throw new Error("The backup has been deleted meanwhile.");
  const { repository } = await deps.targets.open(backup.target_id);
  const source = restoreSource(backup, row.part, row.paths as string[] | null);
  const snapshot = { repository, tree: backup.tree_id, rootPath: source.rootPath };
  const roots = await findRoots(snapshot, source.paths);
  const before = new Destination(deps, {
    ...optionsOf(row, backup),
    baseId: row.mode === "in-place" ? spaceOf(row) : row.folder_id,
    create: false,
  });
  const kept: string[] = [];
  const counts = { files_total: 0, bytes_total: 0, files_same: 0, files_kept: 0 };
  for await (const { path, decision, bytes } of planRestore(snapshot, roots, before, tracker.signal)) {
    if (decision === "same") counts.files_same++;
    else if (decision === "kept") {
      counts.files_kept++;
      if (kept.length < NAMED) kept.push(path.join("/"));
    } else {
      counts.files_total++;
      counts.bytes_total += bytes;
    }
    tracker.set(counts);
  }
  await deps.db.transaction((tx) => checkQuota(tx, spaceOf(row), counts.bytes_total));
  await recordKept.count(deps.db, row.id, JSON.stringify(kept));
  const baseId = row.mode === "in-place" ? spaceOf(row) : await newFolder(deps, row);
  const destination = new Destination(deps, { ...optionsOf(row, backup), baseId, create: true });
  const refused = await bringBack(deps, row, snapshot, roots, destination, tracker);
  if (row.mode === "in-place") await noteFolder(deps, row, roots, destination);
  return refused;
}

/** Where to look at what came back: the innermost folder that has all of it. */
async function noteFolder(
  deps: BackupsDeps,
  row: RestoreRow,
  roots: readonly RestoreRoot[],
  destination: Destination,
): Promise<void> {
  const folders = roots.map(({ path, node }) => (node.type === "file" ? path.slice(0, -1) : path));
  const [first = [], ...rest] = folders;
  const apart = first.findIndex((part, depth) => rest.some((path) => path[depth] !== part));
  const folderId = await destination.folder(apart < 0 ? first : first.slice(0, apart));
  if (folderId === null || folderId === spaceOf(row)) return;
  await recordFolder.count(deps.db, row.id, folderId, null);
}

/** Where it goes to: a team, or the user's own files. */
const spaceOf = (row: RestoreRow) => row.space_id ?? row.user_id;

function optionsOf(row: RestoreRow, backup: BackupViewRow) {
  return { userId: row.user_id, targetId: backup.target_id, mode: row.mode, newer: row.newer };
}

/** Made once: a restore that is begun again goes on in it, even where the person has moved it. */
async function newFolder(deps: BackupsDeps, row: RestoreRow): Promise<string> {
  if (row.folder_id !== null) return row.folder_id;
  const name = `Restored ${deps.clock.now().toISOString().slice(0, 10)}`;
  const made = await deps.makeFolder({ userId: row.user_id, parentId: row.space_id, name, onConflict: "rename" });
  await recordFolder.count(deps.db, row.id, made.id, made.name);
  return made.id;
}

async function bringBack(
  deps: BackupsDeps,
  row: RestoreRow,
  { repository, tree }: { repository: Parameters<typeof restore>[0]; tree: string },
  roots: readonly RestoreRoot[],
  destination: Destination,
  tracker: Tracker,
): Promise<string[]> {
  const refused: string[] = [];
  const done = { files: 0, bytes: 0 };
  const finished = (size: number): void => {
    done.files++;
    done.bytes += size;
    tracker.set({ files_done: done.files, bytes_done: done.bytes });
  };
  for (const { source, path, node } of roots) {
    const isFile = node.type === "file";
    const parent = isFile ? path.slice(0, -1) : path;
    // An empty folder comes back too.
    if (!isFile) await destination.folder(path);
    await restore(
      repository,
      tree,
      {
        async folder(inside) {
          await destination.folder([...parent, ...partsOf(inside)]);
        },
        async file(inside, fileNode) {
          const to = [...parent, ...partsOf(inside)];
          const verdict = await destination.decide(to, fileNode, isFile);
          const { decision, fromTrash } = verdict;
          // Somebody who names a file that is there already may have seen that its bytes are not what they were.
          if (decision === "same" && isFile) await healFile(deps, await destination.fileAt(to));
          if (decision === "same" || decision === "kept") return null;
          if (fromTrash?.same && (await deps.takeFileFromTrash({ userId: row.user_id, fileId: fromTrash.id }))) {
            finished(0);
            return null;
          }
          return fileSink(deps, row, fileNode, verdict, to, destination, finished);
        },
      },
      {
        ...{ path: source, signal: tracker.signal },
        onDamage(folder, error) {
          if (!isRefused(error)) throw error;
          refused.push(`In the folder "${[...parent, ...partsOf(folder)].join("/")}": ${error.message}`);
        },
      },
    );
  }
  return refused;
}

function fileSink(
  deps: BackupsDeps,
  row: RestoreRow,
  node: TreeNode,
  { decision, fromTrash }: Verdict,
  to: string[],
  destination: Destination,
  finished: (size: number) => void,
): FileSink {
  let incoming: IncomingFile | null = null;
  return {
    write(chunk) {
      incoming ??= deps.receiveFile();
      return incoming.write(chunk);
    },
    async close() {
      incoming ??= deps.receiveFile();
      if (incoming.size !== (node.size ?? incoming.size)) {
        throw new Error(`"${node.name}" has ${incoming.size} bytes in the backup where ${node.size} were recorded.`);
      }
      const parentId = (await destination.folder(to.slice(0, -1))) as string;
      await incoming.commit({
        userId: row.user_id,
        parentId,
        name: node.name,
        onConflict: decision === "changed" || fromTrash ? "replace" : "rename",
        ...(fromTrash ? { trashedId: fromTrash.id } : {}),
        lastModified: node.mtime,
      });
      finished(incoming.size);
    },
    async abort() {
      await incoming?.abort();
    },
  };
}
