"use client";

import type { BackupEntry } from "@holdfast/contract";
import { listBackupFiles } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Order, SortBy } from "@/features/entries/grid/order";
import { useSelection } from "@/features/entries/selection/use-selection";
import { call } from "@/lib/api";
import { backupKeys } from "../work/queries";
import type { Snapshot } from "./use-snapshot";

const pageSize = 500;
export const pathOf = ({ path }: BackupEntry) => path;

/** The entries of a folder of a backup as far as they have been read, their order, and which of them are selected. */
export function useSnapshotListing({ id, part, path }: Pick<Snapshot, "id" | "part" | "path">) {
  const [{ sort, order }, setOrder] = useState<{ sort: SortBy; order: Order }>({ sort: "name", order: "asc" });
  const query = useInfiniteQuery({
    queryKey: backupKeys.folder(id, part, path, sort, order),
    queryFn: ({ pageParam, signal }) => {
      const query = { part, path, sort, order, cursor: pageParam, limit: pageSize };
      return call(listBackupFiles, { params: { id }, query }, { signal });
    },
    // In a new order, the folder stays in sight until it is there.
    placeholderData: (data, query) =>
      query?.queryKey[1] === id && query.queryKey[2] === part && query.queryKey[3] === path ? data : undefined,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const selection = useSelection(items, pathOf);
  const { reset } = selection;
  // In another folder nothing is selected.
  useEffect(() => reset(), [reset, id, part, path]);
  return {
    ...{ query, items, selection, sort, order },
    sortBy: (by: SortBy) => setOrder({ sort: by, order: by === sort && order === "asc" ? "desc" : "asc" }),
  };
}

export type SnapshotListing = ReturnType<typeof useSnapshotListing>;
