import { find, lookUp, type TreeNode } from "@holdfast/repository";
import { asProblem, type OpenSnapshot } from "../../browse/access-backup.ts";
import { inSnapshot, partsOf } from "../../browse/browse-backup.ts";
import type { Destination, Verdict } from "./destination.ts";

/** One of the paths that a person wants back. */
export interface RestoreRoot {
  /** In the snapshot. */
  source: string;
  /** Where it goes, from the destination's base on; empty for everything. */
  path: string[];
  node: TreeNode;
}

/** The wanted paths with their nodes; those inside another one are left out. Throws not_found. */
export async function findRoots(
  snapshot: Pick<OpenSnapshot, "repository" | "tree" | "rootPath">,
  paths: readonly string[] | null,
): Promise<RestoreRoot[]> {
  const wanted = [...new Set((paths ?? [""]).map((path) => partsOf(path).join("/")))].sort();
  const outer = wanted.filter((path) => !wanted.some((other) => other !== path && contains(other, path)));
  const roots: RestoreRoot[] = [];
  for (const path of outer) {
    const source = inSnapshot(snapshot, path);
    const node = await lookUp(snapshot.repository, snapshot.tree, source).catch((error) => {
      throw asProblem(error);
    });
    roots.push({ source, path: partsOf(path), node });
  }
  return roots;
}

function contains(outer: string, inner: string): boolean {
  return outer === "" || inner.startsWith(`${outer}/`);
}

export interface PlannedFile {
  path: string[];
  node: TreeNode;
  decision: Verdict["decision"];
  /** What has to be written: nothing of what is in the trash as it was. */
  bytes: number;
}

/** What a restore would do, file by file. Reads trees and the catalogue, no file data. */
export async function* planRestore(
  snapshot: Pick<OpenSnapshot, "repository" | "tree">,
  roots: readonly RestoreRoot[],
  destination: Destination,
  signal?: AbortSignal,
): AsyncGenerator<PlannedFile> {
  for (const { source, path, node } of roots) {
    if (node.type === "file") {
      yield planned(path, node, await destination.decide(path, node, true));
      continue;
    }
    const depth = partsOf(source).length;
    for await (const found of find(snapshot.repository, snapshot.tree, {
      path: source,
      ...(signal ? { signal } : {}),
    })) {
      if (found.node.type !== "file") continue;
      const to = [...path, ...partsOf(found.path).slice(depth)];
      yield planned(to, found.node, await destination.decide(to, found.node, false));
    }
  }
}

function planned(path: string[], node: TreeNode, { decision, fromTrash }: Verdict): PlannedFile {
  const isWritten = (decision === "new" || decision === "changed") && !fromTrash?.same;
  return { path, node, decision, bytes: isWritten ? (node.size ?? 0) : 0 };
}
