/** One file imports another; both as paths in the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** A circle of sibling folders: for each step an import that makes it. */
export interface FolderCycle {
  readonly parent: string;
  readonly folders: readonly string[];
  readonly steps: readonly Import[];
}

/**
 * Circles among the folders directly in `parent`. One for each group of folders that reach each other, the shortest there is; files that
 * lie in `parent` itself belong to no folder.
 */
export function findFolderCycles(parent: string, imports: readonly Import[]): FolderCycle[] {
  const graph = new Map<string, Map<string, Import>>();
  for (const each of imports) {
    const [from, to] = [folderOf(parent, each.from), folderOf(parent, each.to)];
    if (from === null || to === null || from === to) continue;
    const edges = graph.get(from) ?? new Map<string, Import>();
    graph.set(from, edges);
    if (!edges.has(to)) edges.set(to, each);
  }
  const cycles = [...graph.keys()]
    .sort()
    .map((start) => shortestWayBack(graph, start))
    .filter((way) => way !== null)
    .sort((one, other) => one.length - other.length);
  const named = new Set<string>();
  return cycles
    .filter((way) => {
      const isNew = !way.some(({ folder }) => named.has(folder));
      for (const { folder } of way) named.add(folder);
      return isNew;
    })
    .map((way) => ({ parent, folders: way.map(({ folder }) => folder), steps: way.map(({ step }) => step) }));
}

export function describeCycle({ parent, folders, steps }: FolderCycle): string {
  const circle = [...folders, folders[0]].join(" -> ");
  const reasons = steps.map(
    ({ from, to }) => `${from.slice(parent.length + 1)} imports ${to.slice(parent.length + 1)}`,
  );
  return `${parent}: folders import each other in a circle: ${circle} (${reasons.join("; ")})`;
}

function folderOf(parent: string, file: string): string | null {
  if (!file.startsWith(`${parent}/`)) return null;
  const [folder, ...rest] = file.slice(parent.length + 1).split("/");
  return folder !== undefined && rest.length > 0 ? folder : null;
}

/** Breadth first, so that the way found is a shortest one. */
function shortestWayBack(
  graph: ReadonlyMap<string, ReadonlyMap<string, Import>>,
  start: string,
): { folder: string; step: Import }[] | null {
  const ways = [{ at: start, way: [] as { folder: string; step: Import }[] }];
  const seen = new Set<string>();
  for (const { at, way } of ways) {
    for (const [next, step] of graph.get(at) ?? []) {
      const longer = [...way, { folder: at, step }];
      if (next === start) return longer;
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push({ at: next, way: longer });
    }
  }
  return null;
}
