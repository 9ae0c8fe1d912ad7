"use client";

import { useCallback, useSyncExternalStore } from "react";

/** Lower than this, as at 200 % zoom, bars give their room to what is between them; the variant `short` of the styles. */
export const shortWindow = "(max-height: 32rem)";
/** Where dialogs are sheets over the whole width. */
export const phoneWindow = "(max-width: 39.99rem)";

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
}
