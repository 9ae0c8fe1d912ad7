"use client";

import { type RefObject, useLayoutEffect } from "react";

export const gridId = "file-grid";

let hadFocus = false;

export function focusGrid(): void {
  document.getElementById(gridId)?.focus({ preventScroll: true });
}

/** Hands the focus from the list of one folder to what follows it, over the moment in which neither is there. */
export function useGridFocus(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const target = element.current;
    if (hadFocus && document.activeElement === document.body) target?.focus({ preventScroll: true });
    hadFocus = false;
    return () => {
      hadFocus = document.activeElement === target;
    };
  }, [element]);
}
