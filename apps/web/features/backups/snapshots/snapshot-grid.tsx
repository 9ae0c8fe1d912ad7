"use client";

import type { BackupEntry } from "@holdfast/contract";
import { useRef } from "react";
import { EntryGrid } from "@/features/entries/grid/entry-grid";
import { useFocusIfNone } from "@/features/entries/grid/grid-focus";
import { GridHeader } from "@/features/entries/grid/grid-header";
import type { Order, SortBy } from "@/features/entries/grid/order";
import type { Selection } from "@/features/entries/selection/use-selection";
import { entryElementId, SnapshotRow } from "./snapshot-row";

type GridProps = {
  items: readonly BackupEntry[];
  more: boolean;
  loadMore: () => void;
  selection: Selection<BackupEntry>;
  onOpen: (entry: BackupEntry) => void;
  onDownload: (entry: BackupEntry) => void;
  goUp: () => void;
  sort: SortBy;
  order: Order;
  onSort: (by: SortBy) => void;
  label: string;
};

const keyOf = ({ path }: BackupEntry) => path;
const elementId = (_: BackupEntry, index: number) => entryElementId(index);
const isFolder = ({ kind }: BackupEntry) => kind === "folder";

/** A folder of a backup: the list of files, without what changes files. */
export function SnapshotGrid(props: GridProps) {
  const { items, more, loadMore, selection, onOpen, onDownload, goUp, sort, order, onSort, label } = props;
  const scroller = useRef<HTMLDivElement>(null);
  useFocusIfNone(scroller);
  return (
    <EntryGrid
      scroller={scroller}
      label={label}
      items={items}
      done={!more}
      loadMore={loadMore}
      keyOf={keyOf}
      elementId={elementId}
      selection={selection}
      header={<GridHeader selection={selection} count={items.length} sort={sort} order={order} onSort={onSort} />}
      open={onOpen}
      opensByTap={isFolder}
      goUp={goUp}
    >
      {(entry, index, state) => (
        <SnapshotRow
          entry={entry}
          index={index}
          {...state}
          onToggle={() => selection.toggle(entry.path)}
          onOpen={() => onOpen(entry)}
          onDownload={() => onDownload(entry)}
        />
      )}
    </EntryGrid>
  );
}
