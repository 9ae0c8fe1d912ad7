"use client";

import { type RefObject, useEffect, useLayoutEffect } from "react";

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

/** Takes the focus where nothing has it: those who came by keys continue by keys. */
export function useFocusIfNone(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
  }, [element]);
}
