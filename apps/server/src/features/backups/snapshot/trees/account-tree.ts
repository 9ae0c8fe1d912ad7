import type { Catalogue } from "../catalogue.ts";
import { folderNames } from "../names.ts";
import { readForest, totalOf } from "./folders.ts";
import { trashSource } from "./trash-tree.ts";
import { folderSource } from "./tree-source.ts";
import { versionsSource } from "./versions-tree.ts";
import { type SnapshotWriter, writeTrees } from "./write-trees.ts";

/**
 * Stores a person's `/files/<name>`, and with versions `/trash/<name>` and `/versions/<name>` beside it, each also where it is empty.
 *
 * @returns the tree of all, and the paths of its parts, that of the files first
 */
export async function writeAccount(
  writer: SnapshotWriter,
  { userId, withVersions }: { userId: string; withVersions: boolean },
  progress: { total(files: number, bytes: number): void },
): Promise<{ tree: string; paths: string[] }> {
  const { session, catalogue, targetId } = writer;
  const name = await folderNameOf(catalogue, userId);
  const forest = await readForest(catalogue, userId);
  const parts = [{ part: "files", source: folderSource(catalogue, targetId, forest.root) }];
  if (withVersions) {
    parts.push({ part: "trash", source: await trashSource(catalogue, targetId, userId, forest) });
    parts.push({ part: "versions", source: await versionsSource(catalogue, targetId, userId, forest.root) });
  }
  const totals = parts.map(({ source }) => totalOf(source.root));
  progress.total(
    totals.reduce((sum, { files }) => sum + files, 0),
    totals.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const trees = await writeTrees(
    writer,
    parts.map(({ source }) => source),
  );
  const mtime = forest.root.lastModified;
  const tops: { name: string; mtime: Date; tree: string }[] = [];
  for (const [i, { part }] of parts.entries()) {
    const tree = await session.writeFolder([{ name, mtime, tree: trees[i] as string }]);
    tops.push({ name: part, mtime, tree });
  }
  return { tree: await session.writeFolder(tops), paths: parts.map(({ part }) => `${part}/${name}`) };
}

/** A team's by its name, as people's by their addresses. */
async function folderNameOf(catalogue: Catalogue, userId: string): Promise<string> {
  const [team] = await catalogue.query<{ name: string }>(
    "select name from holdfast.spaces where id = $1 and kind = 'team'",
    [userId],
  );
  if (team) return folderNames([{ id: userId, email: `${team.name} (team)` }]).get(userId) as string;
  const users = await catalogue.query<{ id: string; email: string }>(
    "select id, email from holdfast.users where email = (select email from holdfast.users where id = $1) order by id",
    [userId],
  );
  return folderNames(users).get(userId) as string;
}
