import type { File } from "@holdfast/contract";

let wanted: File | null = null;
const listeners = new Set<() => void>();

/** Asks the files page to show this file, in its folder, as soon as it is there. */
export function revealFile(file: File): void {
  wanted = file;
  for (const listener of listeners) listener();
}

/** Takes the wish, once, if it is for this folder. */
export function takeRevealed(folderId: string | null): File | null {
  if (wanted?.parentId !== folderId) return null;
  const file = wanted;
  wanted = null;
  return file;
}

export function onReveal(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
