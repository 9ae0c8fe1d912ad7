import { expect, test } from "vitest";
import { newId } from "../ids.ts";
import { encodeCursor } from "./cursor.ts";
import { beforeId, pageById, pageOf, rowsFor } from "./page.ts";

/** A listing as queries make them: newest first, from before the id of the cursor. */
function listing(ids: readonly string[]) {
  return (query: { limit: number; cursor?: string | undefined }) => {
    const before = beforeId(query);
    const rows = ids
      .map((id) => ({ id }))
      .filter(({ id }) => before === null || id < before)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, rowsFor(query));
    return pageById(rows, query, ({ id }) => id);
  };
}

test.each([0, 1, 2, 3, 4, 6, 7])("%d rows come once each, and the last page says that it is the last", (count) => {
  const ids = Array.from({ length: count }, () => newId());
  const list = listing(ids);
  const seen: string[] = [];
  let pages = 0;
  for (let cursor: string | null | undefined; cursor !== null; pages++) {
    const page = list({ limit: 3, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(seen).toEqual([...ids].reverse());
  expect(pages).toBe(Math.max(1, Math.ceil(count / 3)));
});

test("a cursor holds the keys of the last row shown, and one that is no id is refused", () => {
  const { items, nextCursor } = pageOf(
    ["a", "b", "c"],
    { limit: 2 },
    (row) => ["name", row],
    (row) => row.toUpperCase(),
  );
  expect(items).toEqual(["A", "B"]);
  expect(nextCursor).toBe(encodeCursor(["name", "b"]));
  expect(() => beforeId({ cursor: encodeCursor(["'; drop table"]) })).toThrow("does not belong to this listing");
});
