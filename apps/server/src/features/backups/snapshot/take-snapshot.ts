import type { BackupSession } from "@holdfast/repository";
import { backup } from "@holdfast/repository";
import type { BackupsDeps } from "../backups.deps.ts";
import type { BackupRow } from "../backups.queries.ts";
import type { OpenTarget } from "../targets/open-target.ts";
import { type SnapshotWriter, writeAccountTree } from "./account-tree.ts";
import { type Catalogue, openCatalogue } from "./catalogue.ts";
import { createChunkCache } from "./chunk-cache.ts";
import { type Folder, readFolders, totalOf } from "./folders.ts";
import { checkFreeSpace } from "./free-space.ts";
import { writeInstanceTree } from "./instance-tree.ts";
import { folderNames } from "./names.ts";
import { Room } from "./room.ts";
import { createTreeCache } from "./tree-cache.ts";

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
  const catalogue = await openCatalogue(deps.pool);
  try {
    const chunks = createChunkCache(deps.pool, target.row.id);
    const besides = { files: 0, bytes: 0 };
    const options = {
      signal,
      cache: chunks,
      onProgress: (now: { files: number; bytes: number; newBytes: number }) =>
        progress.done(now.files - besides.files, now.bytes - besides.bytes, now.newBytes),
    };
    return await backup(target.repository, options, async (session) => {
      const trees = createTreeCache(deps.pool, target.row.id, session);
      const room = new Room(FILES_AT_ONCE);
      const instance = row.scope === "instance";
      if (instance) await checkFreeSpace(catalogue, target, "everything");
      const beforeReading = async (folders: readonly Folder[]): Promise<void> => {
        if (!instance) await checkFreeSpace(catalogue, target, folders);
      };
      const targetId = target.row.id;
      const writer = { session, catalogue, store: deps.store, targetId, chunks, trees, room, besides, beforeReading };
      const { tree, rootPath } = instance
        ? { tree: await writeInstanceTree(deps, writer, progress), rootPath: "" }
        : await writeAccount(writer, row.user_id as string, progress);
      const snapshotId = await session.saveSnapshot({
        tree,
        paths: [`/${rootPath}`],
        time: catalogue.at,
        tags: ["holdfast", row.scope, tagOf(row.id)],
        programVersion: `holdfast ${deps.version}`,
      });
      await chunks.flush();
      const { files, bytes, newBytes } = session.progress;
      progress.total(files - besides.files, bytes - besides.bytes);
      progress.done(files - besides.files, bytes - besides.bytes, newBytes);
      const counts = { files: files - besides.files, bytes: bytes - besides.bytes, added: newBytes };
      return { snapshotId, treeId: tree, rootPath, at: catalogue.at, trees, counts };
    }).then(async ({ trees, counts, ...taken }) => {
      await recordSnapshot(deps, row.id, taken, counts);
      await trees.save(row.id);
      return taken;
    });
  } finally {
    await catalogue.close();
  }
}

/** With its counts: a worker that dies right afterwards writes no more progress, and the next one does not read the files again. */
async function recordSnapshot(
  deps: BackupsDeps,
  backupId: string,
  taken: TakenSnapshot,
  { files, bytes, added }: { files: number; bytes: number; added: number },
): Promise<void> {
  await deps.pool.query(
    `update holdfast.backups set snapshot_id = $2, tree_id = $3, root_path = $4, backup_date = $5, files_total = $6, files_done = $6,
       bytes_total = $7, bytes_done = $7, bytes_added = $8 where id = $1`,
    [backupId, taken.snapshotId, taken.treeId, taken.rootPath, taken.at, files, bytes, added],
  );
}

async function writeAccount(
  writer: SnapshotWriter,
  userId: string,
  progress: SnapshotProgress,
): Promise<{ tree: string; rootPath: string }> {
  const { session, catalogue } = writer;
  const name = await folderNameOf(catalogue, userId);
  const root = await readFolders(catalogue, userId);
  const { files, bytes } = totalOf(root);
  progress.total(files, bytes);
  const tree = await writeAccountTree(writer, root);
  return { tree: await wrap(session, ["files", name], tree, root.lastModified), rootPath: `files/${name}` };
}

/** Puts a tree below a path. */
async function wrap(session: BackupSession, path: readonly string[], tree: string, mtime: Date): Promise<string> {
  let inner = tree;
  for (const name of path.toReversed()) inner = await session.writeFolder([{ name, mtime, tree: inner }]);
  return inner;
}

async function folderNameOf(catalogue: Catalogue, userId: string): Promise<string> {
  const users = await catalogue.query<{ id: string; email: string }>(
    "select id, email from holdfast.users where email = (select email from holdfast.users where id = $1) order by id",
    [userId],
  );
  return folderNames(users).get(userId) as string;
}
