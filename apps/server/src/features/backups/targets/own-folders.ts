import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ProblemError } from "../../../platform/http/problem.ts";
import { folderOf, isBuiltIn, type S3Settings, type TargetRow } from "./target-row.ts";

/** What an installation keeps on the disks of this machine, besides backups. */
export interface OwnFolders {
  readonly dataDir: string;
  /** Where the files' bytes are, where that is a folder. */
  readonly objects: string | null;
}

/** A rehearsal makes this folder and removes it. */
export function rehearsalFolder(dataDir: string): string {
  return join(dataDir, "rehearsal");
}

function workingFolders({ dataDir, objects }: OwnFolders): string[] {
  const names = ["objects", "postgres", "keys"].map((name) => join(dataDir, name));
  return [...names, rehearsalFolder(dataDir), ...(objects === null ? [] : [objects])];
}

/**
 * A target must not lie in what is written and removed for other reasons, nor around it, however its path is spelled.
 * @throws target_unusable
 */
export async function refuseOwnFolders(own: OwnFolders, row: TargetRow): Promise<void> {
  if (row.kind !== "local" || isBuiltIn(row)) return;
  const folder = folderOf(row, own.dataDir);
  for (const ours of workingFolders(own)) {
    if (!(await overlap(folder, ours))) continue;
    throw unusable(`The folder ${folder} holds Holdfast's own files (${ours}). Choose another one.`);
  }
}

/** For a new target, which lies in no other one either. @throws target_unusable */
export async function refuseTaken(own: OwnFolders, row: TargetRow, others: readonly TargetRow[]): Promise<void> {
  await refuseOwnFolders(own, row);
  for (const other of others) {
    if (!(await isSamePlace(own, row, other))) continue;
    throw unusable(
      `The target "${other.name}" has this place, or one in it or around it. Two targets need two places.`,
    );
  }
}

async function isSamePlace({ dataDir }: OwnFolders, a: TargetRow, b: TargetRow): Promise<boolean> {
  if (a.kind !== b.kind) return false;
  if (a.kind === "local") return overlap(folderOf(a, dataDir), folderOf(b, dataDir));
  const [one, two] = [a.settings as S3Settings, b.settings as S3Settings];
  if (one.bucket !== two.bucket || (one.endpoint ?? one.region) !== (two.endpoint ?? two.region)) return false;
  return one.prefix.startsWith(two.prefix) || two.prefix.startsWith(one.prefix);
}

/** Whether one folder is the other, or in it. */
export async function overlap(a: string, b: string): Promise<boolean> {
  return (await isWithin(a, b)) || (await isWithin(b, a));
}

/** By what the system says the folders are: links, mounts and the case of letters can give one folder several paths. */
async function isWithin(inner: string, outer: string): Promise<boolean> {
  const [from, to] = [await realPath(inner), await realPath(outer)];
  const target = await stat(to, { bigint: true }).catch(() => null);
  for (let path = from; ; path = dirname(path)) {
    if (path === to) return true;
    const found = target && (await stat(path, { bigint: true }).catch(() => null));
    if (found && target && found.dev === target.dev && found.ino === target.ino) return true;
    if (dirname(path) === path) return false;
  }
}

/** Without links, as far as there is something. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realPath(dirname(path)), basename(path));
  }
}

function unusable(sentence: string): ProblemError {
  return new ProblemError("target_unusable", sentence);
}
