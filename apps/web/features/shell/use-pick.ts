"use client";

import { useRef, useState } from "react";

/**
 * Which entry Enter means: the first, until one goes elsewhere by an arrow or the pointer, and the first again where that entry is no longer
 * listed. Left to itself the list keeps an entry that went away while results arrived, and then nothing is selected.
 */
export function usePick(listed: readonly string[]) {
  const [pick, setPick] = useState<string>();
  const mayPick = useRef(false);
  const moved = pick !== undefined && listed.includes(pick);
  return {
    moved,
    picked: moved ? pick : (listed[0] ?? ""),
    onKey(key: string) {
      mayPick.current = /^(Arrow(Up|Down)|Home|End)$/.test(key);
    },
    onPointer() {
      mayPick.current = true;
    },
    /** The list calls this for choices of its own as well. */
    onPick(value: string) {
      if (mayPick.current) setPick(value);
    },
    reset() {
      mayPick.current = false;
      setPick(undefined);
    },
  };
}
