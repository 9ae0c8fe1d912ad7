import type { TreeNode } from "../format/tree.ts";
import type { Repository } from "../repository.ts";
import { TreeReader } from "./tree-reader.ts";
import { findNode, type WalkedNode, walkTree } from "./walk.ts";

/** What a snapshot, or a folder of it, holds, without entries that can be none. `path` is with `/` between names; `""` is the snapshot's root. */
export async function listFolder(repository: Repository, tree: string, path = ""): Promise<TreeNode[]> {
  const trees = new TreeReader(repository, await repository.index());
  const node = await findNode(trees, tree, path);
  return node.subtree === undefined ? [node] : trees.load(node.subtree);
}

/** The node at a path. @throws RepositoryError "not_found". */
export async function lookUp(repository: Repository, tree: string, path: string): Promise<TreeNode> {
  return findNode(new TreeReader(repository, await repository.index()), tree, path);
}

/** Every node below a path that `matches` accepts. */
export async function* find(
  repository: Repository,
  tree: string,
  options: { path?: string; matches?(found: WalkedNode): boolean; signal?: AbortSignal } = {},
): AsyncGenerator<WalkedNode> {
  const { path = "", matches = () => true, signal } = options;
  const trees = new TreeReader(repository, await repository.index());
  const node = await findNode(trees, tree, path);
  if (node.subtree === undefined) return;
  for await (const found of walkTree(trees, node.subtree, { prefix: path.split("/").filter(Boolean).join("/") })) {
    signal?.throwIfAborted();
    if (matches(found)) yield found;
  }
}
