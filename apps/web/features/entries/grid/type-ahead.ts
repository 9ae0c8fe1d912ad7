import { type KeyboardEvent, useRef } from "react";

const typeAheadMs = 700;
const nothingTyped = { text: "", at: Number.NEGATIVE_INFINITY };

/**
 * The first entry from `from` on whose name begins with `text`, going round once.
 * @param text in small letters
 * @returns its place; -1 where there is none
 */
export function findByBeginning(entries: readonly { name: string }[], from: number, text: string): number {
  for (let step = 0; step < entries.length; step++) {
    const index = (from + step) % entries.length;
    if (entries[index]?.name.slice(0, text.length).toLocaleLowerCase().startsWith(text)) return index;
  }
  return -1;
}

/**
 * Letters lead to the entry whose name begins with them.
 * @returns what takes a key: true where it was one of these letters
 */
export function useTypeAhead(entries: readonly { name: string }[]) {
  const typed = useRef(nothingTyped);
  return (event: KeyboardEvent, active: number, moveTo: (index: number) => void): boolean => {
    const { key } = event;
    // When a key was pressed, not when it is handled: a busy page must not tear apart what was typed in one go.
    const typing = event.timeStamp - typed.current.at <= typeAheadMs;
    // Any other key ends what was being typed.
    if (key.length > 1 && key !== "Shift") typed.current = nothingTyped;
    if (key.length !== 1 || key === "?" || event.ctrlKey || event.metaKey || event.altKey) return false;
    // A space belongs to a name only within it; on an entry it selects.
    if (key === " " && !typing && active >= 0) return false;
    const text = (typing ? typed.current.text : "") + key.toLocaleLowerCase();
    typed.current = { text, at: event.timeStamp };
    const index = findByBeginning(entries, typing ? Math.max(0, active) : active + 1, text);
    if (index >= 0) moveTo(index);
    return true;
  };
}
