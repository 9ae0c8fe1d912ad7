import { RepositoryError } from "../errors.ts";
import type { TreeNode } from "../format/tree.ts";
import type { TreeReader } from "./tree-reader.ts";

export interface WalkedNode {
  /** From the root of the walk, with `/` between names and none at the beginning. */
  path: string;
  node: TreeNode;
}

/** Every node below a tree, folders before what they hold, names in the order of the tree. */
export async function* walkTree(trees: TreeReader, tree: string, prefix = ""): AsyncGenerator<WalkedNode> {
  for (const node of await trees.load(tree)) {
    const path = prefix === "" ? node.name : `${prefix}/${node.name}`;
    yield { path, node };
    if (node.subtree !== undefined) yield* walkTree(trees, node.subtree, path);
  }
}

/** The node at a path. `""` is the root itself, as a folder without a name. @throws RepositoryError "not_found". */
export async function findNode(trees: TreeReader, tree: string, path: string): Promise<TreeNode> {
  let node: TreeNode = { name: "", type: "dir", mtime: new Date(0), subtree: tree };
  for (const name of path.split("/").filter((part) => part !== "")) {
    const nodes = node.subtree === undefined ? [] : await trees.load(node.subtree);
    const next = nodes.find((child) => child.name === name);
    if (next === undefined) throw new RepositoryError("not_found", `The snapshot has no "${path}".`);
    node = next;
  }
  return node;
}
