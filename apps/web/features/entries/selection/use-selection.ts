"use client";

import { useCallback, useMemo, useState } from "react";
import * as selection from "./selection";

/**
 * What is selected of a list that may be read in part.
 * @param keyOf a name of its own for each entry; the same function each time
 */
export function useSelection<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string) {
  const [state, setState] = useState(selection.nothing);
  const isSelected = useCallback((key: string) => selection.isSelected(state, key), [state]);
  const selectOnly = useCallback((key: string) => setState(selection.selectOnly(key)), []);
  const toggle = useCallback((key: string) => setState((old) => selection.toggle(old, key)), []);
  const selectRange = useCallback(
    (to: string) => setState((old) => selection.selectRange(old, entries.map(keyOf), to)),
    [entries, keyOf],
  );
  const moveActive = useCallback((key: string) => setState((old) => ({ ...old, active: key })), []);
  /** The entry that something is done with: selected as well, but where fingers point, since a tap would then select instead of opening. */
  const pointAt = useCallback(
    (key: string) => (window.matchMedia("(pointer: coarse)").matches ? moveActive(key) : selectOnly(key)),
    [moveActive, selectOnly],
  );
  const selectAll = useCallback(() => {
    const [first] = entries;
    setState((old) => selection.selectAll(old, first && keyOf(first)));
  }, [entries, keyOf]);
  const clear = useCallback(() => setState((old) => ({ ...old, all: false, keys: new Set() })), []);
  const reset = useCallback((active: string | null = null) => setState({ ...selection.nothing, active }), []);
  const selected = useMemo(() => selection.selectedOf(state, entries, keyOf), [entries, keyOf, state]);
  return {
    /** Everything, also what has not been read, except `except`. */
    all: state.all,
    except: state.keys,
    activeId: state.active,
    /** As far as the list has been read. */
    selected,
    ...{ isSelected, selectOnly, toggle, selectRange, moveActive, pointAt, selectAll, clear, reset },
  };
}

export type Selection<Entry> = ReturnType<typeof useSelection<Entry>>;
