export type Asked = "newFolder" | "upload";

let wanted: Asked | null = null;
const listeners = new Set<() => void>();

/** Asks the files page for one of its dialogs, as soon as it is there. */
export function askFor(what: Asked): void {
  wanted = what;
  for (const listener of listeners) listener();
}

/** Takes what was asked for, once. */
export function takeAsked(): Asked | null {
  const what = wanted;
  wanted = null;
  return what;
}

export function onAsked(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
