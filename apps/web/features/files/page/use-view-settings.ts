"use client";

import { useCallback, useSyncExternalStore } from "react";
import type { Order, SortBy } from "@/features/entries/grid/order";
import type { Layout } from "@/features/entries/grid/use-grid-shape";

export type ViewSettings = { layout: Layout; sort: SortBy; order: Order };

const key = "holdfast.view";
const initial: ViewSettings = { layout: "list", sort: "name", order: "asc" };
const listeners = new Set<() => void>();
let current: ViewSettings | undefined;

function read(): ViewSettings {
  if (current) return current;
  try {
    current = { ...initial, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<ViewSettings>) };
  } catch {
    current = initial;
  }
  return current;
}

/** List or tiles, and the order: remembered on this device. */
export function useViewSettings(): [ViewSettings, (change: Partial<ViewSettings>) => void] {
  const settings = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read,
    () => initial,
  );
  const change = useCallback((next: Partial<ViewSettings>) => {
    current = { ...read(), ...next };
    try {
      localStorage.setItem(key, JSON.stringify(current));
    } catch {
      // Private windows may refuse; the choice then lasts until the page closes.
    }
    for (const listener of listeners) listener();
  }, []);
  return [settings, change];
}
