"use client";

import { useEffect, useEffectEvent, useRef } from "react";

/**
 * Another folder begins with nothing selected; coming up, the keys stand on the folder one was in.
 * @param resetSelection the same function each time
 */
export function useFolderChange(
  folderId: string | null,
  resetSelection: (activeId: string | null) => void,
  onChange: () => void,
): void {
  const changed = useEffectEvent(onChange);
  const before = useRef<string | null | undefined>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = folderId;
    // The first folder changes nothing: what was typed the moment the page stood stays.
    if (last === undefined) return;
    resetSelection(last);
    changed();
  }, [folderId, resetSelection]);
}
