"use client";

import type { BackupEntry } from "@holdfast/contract";
import { useCallback, useMemo, useState } from "react";

type State = {
  /** The whole folder, also what is not read yet. */
  all: boolean;
  paths: ReadonlySet<string>;
  active: string | null;
  anchor: string | null;
};

const nothing: State = { all: false, paths: new Set(), active: null, anchor: null };

/** Which entries of a backup's folder are selected, which one the keys move, and where a range began. */
export function useEntrySelection(items: readonly BackupEntry[]) {
  const [state, setState] = useState<State>(nothing);
  const only = (path: string) => setState({ all: false, paths: new Set([path]), active: path, anchor: path });
  const toggle = (path: string) =>
    setState((old) => {
      const paths = new Set(old.all ? items.map((item) => item.path) : old.paths);
      if (!paths.delete(path)) paths.add(path);
      return { all: false, paths, active: path, anchor: path };
    });
  const range = (to: string) =>
    setState((old) => {
      const order = items.map((item) => item.path);
      const from = Math.max(0, order.indexOf(old.anchor ?? to));
      const end = order.indexOf(to);
      const paths = new Set(order.slice(Math.min(from, end), Math.max(from, end) + 1));
      return { all: false, paths, active: to, anchor: old.anchor ?? to };
    });
  const selected = useMemo(
    () => (state.all ? [...items] : items.filter((item) => state.paths.has(item.path))),
    [items, state],
  );
  return {
    all: state.all,
    active: state.active,
    selected,
    isSelected: (path: string) => state.all || state.paths.has(path),
    only,
    toggle,
    range,
    move: (path: string) => setState((old) => ({ ...old, active: path })),
    selectAll: () => setState((old) => ({ ...old, all: true, paths: new Set() })),
    clear: () => setState((old) => ({ ...old, all: false, paths: new Set() })),
    reset: useCallback(() => setState(nothing), []),
  };
}

export type EntrySelection = ReturnType<typeof useEntrySelection>;
