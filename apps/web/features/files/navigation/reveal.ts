import type { File } from "@holdfast/contract";
import { folderOf } from "@/lib/own-space";

/** An entry to show in its folder; with `file`, it is opened as well. */
export type Revealed = { id: string; folderId: string | null; file?: File };

let wanted: Revealed | null = null;
const listeners = new Set<() => void>();

/** Asks the files page to show this entry, in its folder, as soon as it is there. */
export function reveal(entry: Revealed): void {
  wanted = entry;
  for (const listener of listeners) listener();
}

export function revealFile(file: File, { preview = true } = {}): void {
  reveal({ id: file.id, folderId: folderOf(file), ...(preview && { file }) });
}

/** Takes what is wanted, once, if it is for this folder. */
export function takeRevealed(folderId: string | null): Revealed | null {
  if (wanted?.folderId !== folderId) return null;
  const entry = wanted;
  wanted = null;
  return entry;
}

export function onReveal(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
