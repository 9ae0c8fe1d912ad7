import type { TreeNode } from "../format/tree.ts";
import type { RepositoryIndex } from "../index/repository-index.ts";
import type { Repository } from "../repository.ts";
import { TreeReader } from "../restore/tree-reader.ts";

/** What snapshots refer to: one byte for each entry of the index's tables, 1 where it is the one that serves a used blob. */
export interface UsedBlobs {
  data: Uint8Array;
  tree: Uint8Array;
}

export interface UsedBlobsOptions {
  signal?: AbortSignal;
  /** For every blob that is referred to and not there, or a tree that cannot be read: what is used is not known then. */
  onProblem(problem: string): void;
  /** For what is there and not as it should be: an entry that can be none, a size that is not that of the contents. */
  onOddity?(oddity: string): void;
  onTree?(trees: number): void;
}

/** Goes once through every tree below `roots`. */
export async function findUsedBlobs(
  repository: Repository,
  index: RepositoryIndex,
  roots: Iterable<string>,
  options: UsedBlobsOptions,
): Promise<UsedBlobs> {
  const used = { data: new Uint8Array(index.tables.data.size), tree: new Uint8Array(index.tables.tree.size) };
  const trees = new TreeReader(repository, index);
  const reported = new Set<string>();
  const report = (problem: string): void => {
    if (!reported.has(problem)) options.onProblem(problem);
    reported.add(problem);
  };
  // The last tree that was found is read first: so a folder's children come while their window is at hand.
  const open = [...new Set(roots)].map((id) => ({ id, path: "/" }));
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    options.signal?.throwIfAborted();
    const { id, path } = next;
    const entry = index.find("tree", Buffer.from(id, "hex"));
    if (entry < 0) {
      report(`The tree ${id} of the folder "${path}" is missing.`);
      continue;
    }
    if (used.tree[entry] === 1) continue;
    used.tree[entry] = 1;
    options.onTree?.(++count);
    let nodes: TreeNode[];
    try {
      nodes = await trees.loadAll(id);
    } catch (error) {
      report(`The folder "${path}" cannot be read: ${(error as Error).message}`);
      continue;
    }
    for (const node of nodes.reverse()) {
      if (node.subtree !== undefined) open.push({ id: node.subtree, path: `${path}${node.name}/` });
      let size = 0;
      for (const blob of node.content ?? []) {
        const data = index.find("data", Buffer.from(blob, "hex"));
        if (data < 0) report(`The blob ${blob} of the file "${path}${node.name}" is missing.`);
        else used.data[data] = 1;
        size += data < 0 ? Number.NaN : index.plainLength("data", data);
      }
      if (options.onOddity === undefined) continue;
      if (node.refused !== undefined) options.onOddity(`In the folder "${path}": ${node.refused}`);
      else if (node.type === "file" && Number.isFinite(size) && size !== (node.size ?? 0)) {
        options.onOddity(`The file "${path}${node.name}" says that it has ${node.size ?? 0} bytes, and has ${size}.`);
      }
    }
  }
  return used;
}
