import type { File } from "@holdfast/contract";
import { listFiles } from "@holdfast/contract/client";
import { searchPage } from "@/features/entries/search/use-search";
import { call } from "@/lib/api";

export type Target = { id: string | null; name: string };

const recentKept = 3;
let recent: readonly Target[] = [];

/** Where entries went lately, latest first, as long as the page lives. */
export function recentTargets(): readonly Target[] {
  return recent;
}

export function noteTarget(target: Target): void {
  recent = [target, ...recent.filter(({ id }) => id !== target.id)].slice(0, recentKept);
}

/** Folders of a folder: they come first in every order, so reading stops at the first file. */
export async function foldersIn(parentId: string | null): Promise<File[]> {
  const folders: File[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(listFiles, { query: { parentId: parentId ?? undefined, limit: 500, cursor } });
    folders.push(...page.items.filter((item) => item.kind === "folder"));
    if (page.items.some((item) => item.kind === "file")) break;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return folders;
}

export type FoundFolder = Target & { path: string };
const foundAtMost = 30;

export async function findFolders(q: string, signal: AbortSignal): Promise<FoundFolder[]> {
  const { items } = await searchPage({ q, kind: "folder", limit: foundAtMost }, signal);
  return items.map(({ id, name, filePath }) => ({ id, name, path: filePath }));
}
