import { type BackupSession, type Part, TreeBuilder } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import type { Catalogue } from "./catalogue.ts";
import type { ChunkCache } from "./chunk-cache.ts";
import { childrenFirst, type Folder, totalOf } from "./folders.ts";
import { SegmentUnreadable, segmentPart } from "./read-segment.ts";
import { Gathering, type Room } from "./room.ts";
import type { TreeCache } from "./tree-cache.ts";

/** What the trees of a snapshot are written with. */
export interface SnapshotWriter {
  readonly session: BackupSession;
  readonly catalogue: Catalogue;
  readonly store: ObjectStore;
  readonly targetId: string;
  readonly chunks: ChunkCache;
  readonly trees: TreeCache;
  /** Files under way. */
  readonly room: Room;
  /** Called before the files of these folders are looked at: refuses to begin what cannot end. */
  beforeReading(folders: readonly Folder[]): Promise<void>;
  /** What is stored besides people's files: progress does not count it. */
  readonly besides: { files: number; bytes: number };
}

interface FileRow extends Record<string, unknown> {
  ord: number;
  name: string;
  last_modified: Date;
  sha256s: Buffer[] | null;
  sizes: number[] | null;
  chunks: (Buffer | null)[] | null;
}

/** Folders whose files are asked for together. */
const FOLDERS_AT_ONCE = 200;

const filesOfFolders = `
  select p.ord::int as ord, f.name, f.last_modified, s.sha256s, s.sizes, s.chunks
  from unnest($1::uuid[]) with ordinality p (id, ord)
  join holdfast.files f on f.parent_id = p.id and f.kind = 'file' and f.trashed_at is null and f.purged_at is null
  left join lateral (
    select array_agg(cs.sha256 order by cs.start_at) as sha256s, array_agg(cs.size order by cs.start_at) as sizes,
      array_agg(sc.chunks order by cs.start_at) as chunks
    from holdfast.content_segments cs
    left join holdfast.segment_chunks sc on sc.target_id = $2 and sc.sha256 = cs.sha256
    where cs.content_id = f.content_id
  ) s on true
  order by p.ord, f.name collate "C"`;

/**
 * Stores a person's live tree and returns its id. Folders that did not change keep their trees and are not looked into; of the others,
 * only contents that the repository does not have are read.
 */
export async function writeAccountTree(writer: SnapshotWriter, root: Folder): Promise<string> {
  const { session, trees } = writer;
  await trees.load(childrenFirst(root));
  const made = new Map<Folder, Promise<string>>();
  const changed = childrenFirst(root, (folder) => {
    const tree = trees.find(folder);
    if (tree === null) return true;
    made.set(folder, Promise.resolve(tree));
    trees.kept(childrenFirst(folder).map(({ id }) => id));
    const { files, bytes } = totalOf(folder);
    session.countUnchanged(files, bytes);
    return false;
  });
  if (changed.length > 0) await writer.beforeReading(changed);
  for (let at = 0; at < changed.length; at += FOLDERS_AT_ONCE) {
    const group = changed.slice(at, at + FOLDERS_AT_ONCE);
    const rows = writer.catalogue.stream<FileRow>(filesOfFolders, [group.map(({ id }) => id), writer.targetId]);
    let next = await rows.next();
    for (const [i, folder] of group.entries()) {
      const builder = new TreeBuilder();
      const files = new Gathering();
      for (; !next.done && next.value.ord === i + 1; next = await rows.next()) {
        const row = next.value;
        await writer.room.enter();
        files.add(addFile(writer, builder, row, folder).finally(() => writer.room.leave()));
        if (session.failure) throw session.failure;
      }
      const tree = finishFolder(writer, builder, files, folder, made);
      // Whoever waits for it (its parent, or the end) is told.
      tree.catch(() => {});
      made.set(folder, tree);
    }
    // Failures end the backup soon, not at its end.
    await made.get(group[0] as Folder);
  }
  return made.get(root) as Promise<string>;
}

async function addFile(writer: SnapshotWriter, builder: TreeBuilder, row: FileRow, folder: Folder): Promise<void> {
  const { chunks, store } = writer;
  const { sha256s, sizes } = row;
  const parts: Part[] = [];
  for (const [i, sha256] of (sha256s ?? []).entries()) {
    const part = segmentPart(store, sha256, (sizes as number[])[i] as number);
    const known = row.chunks?.[i];
    if (known) chunks.expect(part.key as string, known);
    parts.push(part);
  }
  try {
    const { content, size } = await writer.session.addFile(parts);
    builder.add({ name: row.name, type: "file", mtime: row.last_modified, content, size });
  } catch (error) {
    if (error instanceof SegmentUnreadable)
      error.message = `"${row.name}" in "${folder.name || "/"}": ${error.message}`;
    throw error;
  } finally {
    for (const part of parts) chunks.forget(part.key as string);
  }
}

async function finishFolder(
  { session, trees }: SnapshotWriter,
  builder: TreeBuilder,
  files: Gathering,
  folder: Folder,
  made: Map<Folder, Promise<string>>,
): Promise<string> {
  for (const child of folder.children) {
    const subtree = (await made.get(child)) as string;
    builder.add({ name: child.name, type: "dir", mtime: child.lastModified, subtree });
    made.delete(child);
  }
  await files.done();
  const tree = await session.saveTree(builder);
  trees.made(folder, tree);
  return tree;
}
