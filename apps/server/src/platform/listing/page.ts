import { decodeCursor, encodeCursor } from "./cursor.ts";

export interface Page<T> {
  items: T[];
  /** Where the next page begins; null on the last. */
  nextCursor: string | null;
}

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** How many rows a listing asks for: one more than a page has, to know whether there is another page. */
export function rowsFor({ limit }: Pick<PageQuery, "limit">): number {
  return limit + 1;
}

/**
 * The page of what `rowsFor` asked for.
 * @param keysOf what the next page is asked for by: the sort keys of the last row, as `decodeCursor` expects them
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit }: Pick<PageQuery, "limit">,
  keysOf: (last: Row) => readonly (string | number)[],
  toItem: (row: Row) => Item,
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toItem), nextCursor: last ? encodeCursor(keysOf(last)) : null };
}

/** For listings in the order of their ids, which are times: where a page begins. @throws ProblemError invalid_cursor */
export function beforeId({ cursor }: Pick<PageQuery, "cursor">): string | null {
  return decodeCursor(cursor, ["id"])?.[0] ?? null;
}

export function pageById<Row extends { id: string }, Item>(
  rows: readonly Row[],
  query: Pick<PageQuery, "limit">,
  toItem: (row: Row) => Item,
): Page<Item> {
  return pageOf(rows, query, ({ id }) => [id], toItem);
}
