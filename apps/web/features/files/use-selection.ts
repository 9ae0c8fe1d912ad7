"use client";

import type { File } from "@holdfast/contract";
import { useCallback, useMemo, useState } from "react";

type State = {
  /** Everything in the folder, also what is not read yet, except `ids`. */
  all: boolean;
  ids: ReadonlySet<string>;
  activeId: string | null;
  anchorId: string | null;
};

const nothing: State = { all: false, ids: new Set(), activeId: null, anchorId: null };

/** Which entries are selected, which one the keys move, and where a range began. Ids, so that it survives new orders. */
export function useSelection(items: readonly File[]) {
  const [state, setState] = useState<State>(nothing);

  const isSelected = useCallback((id: string) => state.ids.has(id) !== state.all, [state]);

  const selectOnly = useCallback((id: string) => {
    setState({ all: false, ids: new Set([id]), activeId: id, anchorId: id });
  }, []);

  const toggle = useCallback((id: string) => {
    setState((old) => {
      const ids = new Set(old.ids);
      if (!ids.delete(id)) ids.add(id);
      return { all: old.all, ids, activeId: id, anchorId: id };
    });
  }, []);

  const selectRange = useCallback(
    (toId: string) => {
      setState((old) => {
        const to = items.findIndex((item) => item.id === toId);
        const from = Math.max(
          0,
          items.findIndex((item) => item.id === (old.anchorId ?? toId)),
        );
        const range = items.slice(Math.min(from, to), Math.max(from, to) + 1);
        return {
          all: false,
          ids: new Set(range.map((item) => item.id)),
          activeId: toId,
          anchorId: old.anchorId ?? toId,
        };
      });
    },
    [items],
  );

  const moveActive = useCallback((id: string) => setState((old) => ({ ...old, activeId: id })), []);
  /** The entry that something is done with: selected as well, but where fingers point, since a tap would then select instead of opening. */
  const pointAt = useCallback(
    (id: string) => (window.matchMedia("(pointer: coarse)").matches ? moveActive(id) : selectOnly(id)),
    [moveActive, selectOnly],
  );
  const selectAll = useCallback(
    () => setState((old) => ({ ...old, all: true, ids: new Set(), activeId: old.activeId ?? items[0]?.id ?? null })),
    [items],
  );
  const clear = useCallback(() => setState((old) => ({ ...old, all: false, ids: new Set() })), []);
  const reset = useCallback((activeId: string | null = null) => setState({ ...nothing, activeId }), []);

  const selected = useMemo(
    () => (state.all || state.ids.size > 0 ? items.filter((item) => state.ids.has(item.id) !== state.all) : []),
    [items, state],
  );
  return {
    all: state.all,
    except: state.ids,
    activeId: state.activeId,
    selected,
    isSelected,
    selectOnly,
    toggle,
    selectRange,
    moveActive,
    pointAt,
    selectAll,
    clear,
    reset,
  };
}

export type Selection = ReturnType<typeof useSelection>;
