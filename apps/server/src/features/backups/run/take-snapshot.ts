import { backup, Semaphore } from "@holdfast/repository";
import type { BackupsDeps } from "../backups.deps.ts";
import type { BackupRow } from "../backups.queries.ts";
import { openCatalogue } from "../snapshot/catalogue.ts";
import { createChunkCache } from "../snapshot/chunk-cache.ts";
import { writeAccount } from "../snapshot/trees/account-tree.ts";
import { checkFreeSpace } from "../snapshot/trees/free-space.ts";
import { writeInstanceTree } from "../snapshot/trees/instance-tree.ts";
import { createTreeCache } from "../snapshot/trees/tree-cache.ts";
import type { Reading } from "../snapshot/trees/write-trees.ts";
import { recordSnapshot } from "../states/backup-states.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { backupQuotaExceeded, backupRoom } from "../work/backup-quota.ts";

export interface TakenSnapshot {
  snapshotId: string;
  treeId: string;
  rootPath: string;
  at: Date;
}

export interface SnapshotProgress {
  total(files: number, bytes: number): void;
  done(files: number, bytes: number, bytesAdded: number): void;
}

const FILES_AT_ONCE = 512;

/** The tag by which a backup finds its snapshot again, should its worker die between storing one and recording it. */
export function tagOf(backupId: string): string {
  return `backup-${backupId}`;
}

/** Takes a snapshot of a person's files, or of the whole instance, as of one instant. */
export async function takeSnapshot(
  deps: BackupsDeps,
  row: BackupRow,
  target: OpenTarget,
  progress: SnapshotProgress,
  signal: AbortSignal,
): Promise<TakenSnapshot> {
  const catalogue = await openCatalogue(deps.db);
  /** Aborted where the account's backups hold too much. */
  const full = new AbortController();
  try {
    const chunks = createChunkCache(deps.db, target.row.id);
    const besides = { files: 0, bytes: 0 };
    const quota = row.user_id === null ? null : await backupRoom(deps.db, deps.backupQuota, row.user_id, row.id);
    const options = {
      signal: AbortSignal.any([signal, full.signal]),
      cache: chunks,
      onProgress: (now: { files: number; bytes: number; newBytes: number }) => {
        progress.done(now.files - besides.files, now.bytes - besides.bytes, now.newBytes);
        // With each file and each pack: the backup ends here, and what it stored is removed.
        if (quota !== null && now.newBytes > quota.left) full.abort(backupQuotaExceeded(quota));
      },
    };
    return await backup(target.repository, options, async (session) => {
      const trees = createTreeCache(deps.db, target.row.id, session);
      const room = new Semaphore(FILES_AT_ONCE);
      const instance = row.scope === "instance";
      if (instance) await checkFreeSpace(catalogue, target, "everything");
      const beforeReading = async (reading: Reading): Promise<void> => {
        if (!instance) await checkFreeSpace(catalogue, target, reading);
      };
      const targetId = target.row.id;
      const writer = { session, catalogue, store: deps.store, targetId, chunks, trees, room, besides, beforeReading };
      const { tree, paths } = instance
        ? { tree: await writeInstanceTree(deps, writer, progress), paths: [""] }
        : await writeAccount(writer, { userId: row.user_id as string, withVersions: row.with_versions }, progress);
      const snapshotId = await session.saveSnapshot({
        tree,
        paths: paths.map((path) => `/${path}`),
        time: catalogue.at,
        tags: ["holdfast", row.scope, tagOf(row.id)],
        programVersion: `holdfast ${deps.version}`,
      });
      await chunks.flush();
      const { files, bytes, newBytes } = session.progress;
      progress.total(files - besides.files, bytes - besides.bytes);
      progress.done(files - besides.files, bytes - besides.bytes, newBytes);
      const counts = { files: files - besides.files, bytes: bytes - besides.bytes, added: newBytes };
      return { snapshotId, treeId: tree, rootPath: paths[0] as string, at: catalogue.at, trees, counts };
    }).then(async ({ trees, counts, ...taken }) => {
      // With its counts: a worker that dies right afterwards writes no more progress, and the next one does not read the files again.
      await recordSnapshot(deps.db, row.id, { ...taken, ...counts });
      await trees.save(row.id);
      return taken;
    });
  } catch (error) {
    throw full.signal.aborted && !signal.aborted ? full.signal.reason : error;
  } finally {
    await catalogue.close();
  }
}
