"use client";

import { useEffect, useEffectEvent } from "react";

type PageKeys = {
  undo: () => void;
  cut: () => void;
  copy: () => void;
  paste: () => void;
  help: () => void;
};

const typing = "input, textarea, select, [contenteditable=true]";
const overlays = "[role=dialog], [role=alertdialog], [role=menu]";

/** Keys that hold anywhere on the files page, but where one writes, and under a dialog or a menu. */
export function usePageKeys(keys: PageKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target as Element;
    if (target.closest?.(typing) || document.querySelector(overlays)) return;
    const command = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    const key = event.key.toLowerCase();
    if (key === "?" && !event.ctrlKey && !event.metaKey) keys.help();
    else if (command && key === "z") keys.undo();
    else if (command && key === "x") keys.cut();
    // Text that somebody has marked is what they want to copy.
    else if (command && key === "c" && !window.getSelection()?.toString()) keys.copy();
    else if (command && key === "v") keys.paste();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
