"use client";

import type { SearchKind } from "@holdfast/contract";
import { searchFiles } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

type Asked = { q: string; kind?: SearchKind | undefined; limit: number; cursor?: string | undefined };

/** How many short pages are passed over at once; each is a bounded piece of the server's work. */
const pagesAtOnce = 20;

/** A page with something in it, or the last: where hits are rare among very many names, the server answers in pieces. */
export async function searchPage(query: Asked, signal: AbortSignal) {
  let page = await call(searchFiles, { query }, { signal });
  for (let n = 1; n < pagesAtOnce && page.items.length === 0 && page.nextCursor !== null; n++) {
    page = await call(searchFiles, { query: { ...query, cursor: page.nextCursor } }, { signal });
  }
  return page;
}

export function useSearch(q: string, kind: SearchKind | undefined) {
  const query = useInfiniteQuery({
    queryKey: [...keys.search(q), kind ?? "all", "pages"],
    queryFn: ({ pageParam, signal }) => searchPage({ q, kind, limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: q !== "",
  });
  const seen = new Set<string>();
  // A file that was renamed between two pages may be in both.
  const items = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ id }) => !seen.has(id) && seen.add(id),
  );
  return { query, items };
}

export type SearchHit = ReturnType<typeof useSearch>["items"][number];
