import type { File } from "@holdfast/contract";

interface Revealed {
  file: File;
  /** Opened as well, not only selected. */
  preview: boolean;
}

let wanted: Revealed | null = null;
const listeners = new Set<() => void>();

/** Asks the files page to show this file, in its folder, as soon as it is there. */
export function revealFile(file: File, { preview = true } = {}): void {
  wanted = { file, preview };
  for (const listener of listeners) listener();
}

/** Takes the wish, once, if it is for this folder. */
export function takeRevealed(folderId: string | null): Revealed | null {
  if (wanted?.file.parentId !== folderId) return null;
  const revealed = wanted;
  wanted = null;
  return revealed;
}

export function onReveal(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
