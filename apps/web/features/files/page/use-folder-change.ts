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
  const before = useRef<string | null>(null);
  useEffect(() => {
    resetSelection(before.current);
    before.current = folderId;
    changed();
  }, [folderId, resetSelection]);
}
