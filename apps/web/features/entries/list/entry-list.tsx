import type { ReactNode } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { cn } from "@/lib/cn";

type Pages = {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

type EntryListProps<Entry> = {
  query: Pages;
  items: readonly Entry[];
  /** What is not there when it could not be read. */
  failed: string;
  empty: ReactNode;
  /** Rows of the page that is on its way. */
  waiting?: number;
  className?: string;
  /** Of the place for more. */
  moreClassName?: string;
  /** A list item with a key. */
  children: (item: Entry) => ReactNode;
};

/** Entries below each other, page by page: each is reached by its own buttons, and nothing but boxes selects. */
export function EntryList<Entry>(props: EntryListProps<Entry>) {
  const { query, items, failed, empty, waiting, className, moreClassName, children } = props;
  if (query.isPending) return <SkeletonRows rows={waiting} />;
  if (query.error) return <ErrorState title={failed} error={query.error} onRetry={() => void query.refetch()} />;
  if (items.length === 0) return empty;
  return (
    <>
      <ul className={cn("divide-y", className)}>{items.map(children)}</ul>
      <LoadMore query={query} className={moreClassName} />
    </>
  );
}
