/** Which entries of a list are selected, which one the keys move, and where a range began. By keys, so that it survives new orders. */
export interface SelectionState {
  /** Everything in the list, also what has not been read, except `keys`; otherwise `keys` alone. */
  readonly all: boolean;
  readonly keys: ReadonlySet<string>;
  readonly active: string | null;
  readonly anchor: string | null;
}

export const nothing: SelectionState = { all: false, keys: new Set(), active: null, anchor: null };

export function isSelected({ all, keys }: SelectionState, key: string): boolean {
  return keys.has(key) !== all;
}

export function selectOnly(key: string): SelectionState {
  return { all: false, keys: new Set([key]), active: key, anchor: key };
}

/** Of everything, one that is left out stays left out: what has not been read remains selected. */
export function toggle(state: SelectionState, key: string): SelectionState {
  const keys = new Set(state.keys);
  if (!keys.delete(key)) keys.add(key);
  return { all: state.all, keys, active: key, anchor: key };
}

/** From where the last one began to `to`, in the order of the list as far as it has been read. */
export function selectRange(state: SelectionState, order: readonly string[], to: string): SelectionState {
  const from = Math.max(0, order.indexOf(state.anchor ?? to));
  const end = order.indexOf(to);
  const keys = new Set(order.slice(Math.min(from, end), Math.max(from, end) + 1));
  return { all: false, keys, active: to, anchor: state.anchor ?? to };
}

export function selectAll(state: SelectionState, first: string | undefined): SelectionState {
  return { ...state, all: true, keys: new Set(), active: state.active ?? first ?? null };
}

/** Those of the entries that are selected. */
export function selectedOf<Entry>(
  state: SelectionState,
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Entry[] {
  return state.all || state.keys.size > 0 ? entries.filter((entry) => isSelected(state, keyOf(entry))) : [];
}
