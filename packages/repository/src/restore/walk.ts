import { damaged, RepositoryError } from "../errors.ts";
import type { TreeNode } from "../format/tree.ts";
import type { TreeReader } from "./tree-reader.ts";

export interface WalkedNode {
  /** From the root of the walk, with `/` between names and none at the beginning. */
  path: string;
  node: TreeNode;
}

export interface WalkOptions {
  /** Of what is walked through, for the paths. */
  prefix?: string;
  /** Asked for each folder, before it is read. False leaves out what it holds. */
  enter?(folder: WalkedNode): Promise<boolean> | boolean;
  /**
   * For an entry that can be none (with its folder's path), and a folder that cannot be read. Without it, the first such folder ends the
   * walk, and such entries are passed over.
   */
  onRefused?(path: string, error: Error): void;
  /** A few trees that name each other again and again unfold into more than anybody can store: a snapshot of more entries is refused. */
  mostEntries?: number;
}

const MOST_ENTRIES = 200_000_000;

interface Level {
  path: string;
  nodes: TreeNode[];
  next: number;
}

/**
 * Every node below a tree, folders before what they hold, names in the order of the tree. Depth costs memory and nothing else.
 * @throws RepositoryError "damaged"
 */
export async function* walkTree(
  trees: TreeReader,
  tree: string,
  { prefix = "", enter, onRefused, mostEntries = MOST_ENTRIES }: WalkOptions = {},
): AsyncGenerator<WalkedNode> {
  const read = async (id: string, path: string): Promise<Level> => {
    try {
      return { path, nodes: await trees.loadAll(id), next: 0 };
    } catch (error) {
      if (onRefused === undefined) throw error;
      onRefused(path, error as Error);
      return { path, nodes: [], next: 0 };
    }
  };
  const open = [await read(tree, prefix)];
  let entries = 0;
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const node = level.nodes[level.next++];
    if (node === undefined) {
      open.pop();
      continue;
    }
    if (++entries > mostEntries) throw damaged(`The snapshot unfolds into more than ${mostEntries} entries.`);
    if (node.refused !== undefined) {
      onRefused?.(level.path, new RepositoryError("refused", node.refused));
      continue;
    }
    const path = level.path === "" ? node.name : `${level.path}/${node.name}`;
    yield { path, node };
    if (node.subtree === undefined) continue;
    if (enter === undefined || (await enter({ path, node }))) open.push(await read(node.subtree, path));
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
