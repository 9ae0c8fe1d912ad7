"use client";

import { useSyncExternalStore } from "react";

/** Reads that wait for the server to be back. */
let waiting = 0;
const listeners = new Set<() => void>();

function change(by: number): void {
  waiting += by;
  for (const listener of listeners) listener();
}

/** Says that something waits for the server. @returns a function that says that it no longer does */
export function waitForServer(): () => void {
  change(1);
  return () => change(-1);
}

export function useReconnecting(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting > 0,
    () => false,
  );
}
