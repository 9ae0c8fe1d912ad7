import type { TreeNode } from "../format/tree.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { FileSink, RestoreSink } from "./sink.ts";
import type { TreeReader } from "./tree-reader.ts";
import { type WalkedNode, type WalkOptions, walkTree } from "./walk.ts";

/** Plaintext that is fetched together; with the batches ahead it bounds the memory of a restore. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_BLOBS = 2000;

/** A file, or the part of it that a batch covers. */
export interface BatchFile {
  path: string;
  sink: FileSink;
  content: string[];
  /** Its last part. */
  last: boolean;
  /** Shared by all parts of the file. */
  state: { failed: boolean; closed: boolean };
}

/** What can be restored together: files in the order of the tree, with their blobs named once each. */
export interface Batch {
  files: BatchFile[];
  blobs: Set<string>;
}

/** Goes through the tree, asks the sink for every file's place, and cuts the work into batches. */
export async function* planBatches(
  index: RepositoryIndex,
  trees: TreeReader,
  root: TreeNode,
  sink: RestoreSink,
  options: WalkOptions = {},
): AsyncGenerator<Batch> {
  let batch: Batch = { files: [], blobs: new Set() };
  let bytes = 0;
  for await (const { path, node } of filesBelow(trees, root, sink, options)) {
    const fileSink = await sink.file(path, node);
    if (fileSink === null) continue;
    const state = { failed: false, closed: false };
    let file: BatchFile = { path, sink: fileSink, content: [], last: false, state };
    batch.files.push(file);
    for (const id of node.content ?? []) {
      if (bytes >= BATCH_BYTES || batch.blobs.size >= BATCH_BLOBS) {
        yield batch;
        batch = { files: [], blobs: new Set() };
        bytes = 0;
        file = { ...file, content: [] };
        batch.files.push(file);
      }
      file.content.push(id);
      if (batch.blobs.has(id)) continue;
      batch.blobs.add(id);
      bytes += sizeOf(index, id);
    }
    file.last = true;
    if (batch.files.length >= BATCH_BLOBS) {
      yield batch;
      batch = { files: [], blobs: new Set() };
      bytes = 0;
    }
  }
  if (batch.files.length > 0) yield batch;
}

function sizeOf(index: RepositoryIndex, id: string): number {
  const entry = index.find("data", Buffer.from(id, "hex"));
  return entry < 0 ? 0 : index.plainLength("data", entry);
}

async function* filesBelow(
  trees: TreeReader,
  root: TreeNode,
  sink: RestoreSink,
  options: WalkOptions,
): AsyncGenerator<WalkedNode> {
  if (root.subtree === undefined) {
    if (root.type === "file") yield { path: root.name, node: root };
    return;
  }
  const enter = async ({ path, node }: WalkedNode): Promise<boolean> => (await sink.folder(path, node)) !== false;
  for await (const found of walkTree(trees, root.subtree, { ...options, enter })) {
    if (found.node.type === "file") yield found;
  }
}
