import { type BackupSession, type Part, type Semaphore, TreeBuilder } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import { SegmentUnreadable } from "../../work/segment-unreadable.ts";
import type { Catalogue } from "../catalogue.ts";
import type { ChunkCache } from "../chunk-cache.ts";
import { Gathering } from "../gathering.ts";
import { segmentPart } from "../read-segment.ts";
import { childrenFirst, type Folder, totalOf } from "./folders.ts";
import type { TreeCache } from "./tree-cache.ts";
import type { ContentsQuery, FileRow, TreeSource } from "./tree-source.ts";

/** What the trees of a snapshot are written with. */
export interface SnapshotWriter {
  readonly session: BackupSession;
  readonly catalogue: Catalogue;
  readonly store: ObjectStore;
  readonly targetId: string;
  readonly chunks: ChunkCache;
  readonly trees: TreeCache;
  /** Files under way. */
  readonly room: Semaphore;
  /** Called before these files are looked at: refuses to begin what cannot end. */
  beforeReading(reading: Reading): Promise<void>;
  /** What is stored besides people's files: progress does not count it. */
  readonly besides: { files: number; bytes: number };
}

/** Files that are going to be looked at. */
export interface Reading {
  /** Of all of them together, whether the repository has them or not. */
  bytes: number;
  contents: readonly ContentsQuery[];
}

/** A folder that is being put together. */
interface Shelf {
  builder: TreeBuilder;
  files: Gathering;
}

/** A folder that is in nobody's memory but while its files are. */
interface InnerShelf extends Shelf {
  name: string;
  mtime: Date;
}

/** Folders whose files are asked for together. */
const FOLDERS_AT_ONCE = 200;

/**
 * Stores trees of a person's files and returns their ids. Folders that did not change keep their trees and are not looked into; of the
 * others, only contents that the repository does not have are read.
 */
export async function writeTrees(writer: SnapshotWriter, sources: readonly TreeSource[]): Promise<string[]> {
  const plans: Plan[] = [];
  for (const source of sources) plans.push(await planTree(writer, source));
  const changed = plans.filter((plan) => plan.changed.length > 0);
  if (changed.length > 0) {
    await writer.beforeReading({
      bytes: changed.flatMap((plan) => plan.changed).reduce((sum, { bytes }) => sum + bytes, 0),
      contents: changed.flatMap((plan) => plan.source.contents(plan.changed)),
    });
  }
  const ids: string[] = [];
  for (const plan of plans) ids.push(await writeTree(writer, plan));
  return ids;
}

interface Plan {
  source: TreeSource;
  /** Trees that are there, or on their way. */
  made: Map<Folder, Promise<string>>;
  /** The folders without one, each after those inside it. */
  changed: Folder[];
}

async function planTree({ session, trees }: SnapshotWriter, source: TreeSource): Promise<Plan> {
  await trees.load(childrenFirst(source.root));
  const made = new Map<Folder, Promise<string>>();
  const changed = childrenFirst(source.root, (folder) => {
    const tree = trees.find(folder);
    if (tree === null) return true;
    made.set(folder, Promise.resolve(tree));
    trees.kept(childrenFirst(folder).map(({ id }) => id));
    const { files, bytes } = totalOf(folder);
    session.countUnchanged(files, bytes);
    return false;
  });
  return { source, made, changed };
}

async function writeTree(writer: SnapshotWriter, { source, made, changed }: Plan): Promise<string> {
  const { session, room } = writer;
  for (let at = 0; at < changed.length; at += FOLDERS_AT_ONCE) {
    const group = changed.slice(at, at + FOLDERS_AT_ONCE);
    const rows = source.rows(group);
    let next = await rows.next();
    for (const [i, folder] of group.entries()) {
      const shelf: Shelf = { builder: new TreeBuilder(), files: new Gathering() };
      let inner = null as InnerShelf | null;
      for (; !next.done && next.value.ord === i + 1; next = await rows.next()) {
        const row = next.value;
        if (row.within?.name !== inner?.name) {
          await closeInner(writer, inner, shelf);
          inner = row.within ? { ...row.within, builder: new TreeBuilder(), files: new Gathering() } : null;
        }
        const { builder, files } = inner ?? shelf;
        await room.enter();
        files.add(addFile(writer, builder, row, folder).finally(() => room.leave()));
        if (session.failure) throw session.failure;
      }
      await closeInner(writer, inner, shelf);
      const tree = finishFolder(writer, shelf, folder, made);
      // Whoever waits for it (its parent, or the end) is told.
      tree.catch(() => {});
      made.set(folder, tree);
    }
    // Failures end the backup soon, not at its end.
    await made.get(group[0] as Folder);
  }
  return made.get(source.root) as Promise<string>;
}

async function closeInner({ session, room }: SnapshotWriter, inner: InnerShelf | null, into: Shelf): Promise<void> {
  if (inner === null) return;
  const finish = async (): Promise<void> => {
    await inner.files.done();
    const subtree = await session.saveTree(inner.builder);
    into.builder.add({ name: inner.name, type: "dir", mtime: inner.mtime, subtree });
  };
  // Its files have all been let in, so that it waits for none that waits for it.
  await room.enter();
  into.files.add(finish().finally(() => room.leave()));
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
    if (error instanceof SegmentUnreadable) {
      const place = row.within?.name ?? (folder.name || "/");
      error.message = `"${row.name}" in "${place}": ${error.message}`;
    }
    throw error;
  } finally {
    for (const part of parts) chunks.forget(part.key as string);
  }
}

async function finishFolder(
  { session, trees }: SnapshotWriter,
  { builder, files }: Shelf,
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
