/** What the keys need to know of a grid. */
export type GridExtent = {
  count: number;
  /** Entries beside each other; 1 in the list. */
  columns: number;
  /** Whole rows that fit on the screen. */
  pageRows: number;
};

/**
 * Where a key leads, by the place of an entry.
 * @param active the entry that the keys are on; -1: none
 * @returns null where the key does not move
 */
export function moveBy(key: string, active: number, { count, columns, pageRows }: GridExtent): number | null {
  const page = pageRows * columns;
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case "Home":
      return 0;
    case "End":
      return within(count - 1);
    case "PageDown":
      return within(active + page);
    case "PageUp":
      return within(active - page);
    // In a last row that is not full, there may be nothing below: the keys then stay.
    case "ArrowDown":
      return active < 0 ? 0 : active + columns < count ? active + columns : active;
    case "ArrowUp":
      return active < 0 ? 0 : active - columns >= 0 ? active - columns : active;
    case "ArrowRight":
      return columns > 1 ? within(active + 1) : null;
    case "ArrowLeft":
      return columns > 1 ? within(active - 1) : null;
    default:
      return null;
  }
}
