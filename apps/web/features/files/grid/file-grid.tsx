"use client";

import type { File } from "@holdfast/contract";
import { useCallback, useMemo, useRef, useState } from "react";
import type { MenuAnchor } from "@/components/overlay/menu";
import { EntryGrid } from "@/features/entries/grid/entry-grid";
import { gridId, useGridFocus } from "@/features/entries/grid/grid-focus";
import { GridHeader } from "@/features/entries/grid/grid-header";
import type { Order, SortBy } from "@/features/entries/grid/order";
import type { Layout } from "@/features/entries/grid/use-grid-shape";
import type { Selection } from "@/features/entries/selection/use-selection";
import type { FileCommands } from "../actions/commands";
import type { FolderListing } from "../listing/listing";
import { FileMenu } from "../menus/file-menu";
import { type EntryHandlers, entryId } from "./entry-parts";
import { FileRow } from "./file-row";
import { FileTile } from "./file-tile";
import { useFileKeys } from "./use-file-keys";
import type { Renaming } from "./use-renaming";

type FileGridProps = {
  listing: FolderListing;
  items: readonly File[];
  done: boolean;
  selection: Selection<File>;
  commands: FileCommands;
  layout: Layout;
  sort: SortBy;
  order: Order;
  onSort: (by: SortBy) => void;
  renaming: Renaming | null;
  onRenamed: (file: File, name: string | null) => void;
  goUp: () => void;
  label: string;
};

const keyOf = ({ id }: File) => id;
const elementId = ({ id }: File) => entryId(id);

/** The files of a folder, as rows or as tiles, with their menu. */
export function FileGrid(props: FileGridProps) {
  const { listing, items, selection, commands, layout, sort, order, onSort, renaming, onRenamed } = props;
  const scroller = useRef<HTMLDivElement>(null);
  useGridFocus(scroller);
  const [menu, setMenu] = useState<{ anchor: MenuAnchor; files: readonly File[] } | null>(null);

  const latest = useRef({ selection, onRenamed });
  latest.current = { selection, onRenamed };
  const openMenu = useCallback((files: readonly File[], anchor: MenuAnchor) => {
    if (files.length > 0) setMenu({ files, anchor });
  }, []);
  const filesFor = useCallback((file: File): readonly File[] => {
    const { selection } = latest.current;
    return selection.isSelected(file.id) ? selection.selected : [file];
  }, []);
  const handlers = useMemo<EntryHandlers>(
    () => ({
      toggle: (file) => latest.current.selection.toggle(file.id),
      menu: (file, anchor) => {
        const files = filesFor(file);
        if (!latest.current.selection.isSelected(file.id)) latest.current.selection.pointAt(file.id);
        openMenu(files, anchor);
      },
      renamed: (file, name) => latest.current.onRenamed(file, name),
      dragged: filesFor,
    }),
    [openMenu, filesFor],
  );
  const onKey = useFileKeys(items, commands, openMenu);
  const Entry = layout === "tiles" ? FileTile : FileRow;
  return (
    <>
      <EntryGrid
        scroller={scroller}
        id={gridId}
        label={props.label}
        items={items}
        done={props.done}
        waiting={12}
        keyOf={keyOf}
        elementId={elementId}
        selection={selection}
        layout={layout}
        header={<GridHeader selection={selection} count={items.length} sort={sort} order={order} onSort={onSort} />}
        place={listing}
        onScrolled={(scrollTop) => listing.keepPlace(scrollTop)}
        open={commands.open}
        goUp={props.goUp}
        loadAll={() => listing.loadAll()}
        onKey={onKey}
        onMenu={(file, anchor) => {
          const files = filesFor(file);
          if (!selection.isSelected(file.id)) selection.selectOnly(file.id);
          openMenu(files, anchor);
        }}
        // The menu takes the focus one frame after it is there.
        keysElsewhere={menu !== null}
      >
        {(file, index, state) => (
          <Entry
            file={file}
            index={index}
            {...state}
            renaming={renaming?.id === file.id ? renaming : null}
            handlers={handlers}
          />
        )}
      </EntryGrid>
      <FileMenu
        files={menu?.files ?? []}
        anchor={menu?.anchor ?? null}
        commands={commands}
        onClose={() => setMenu(null)}
      />
    </>
  );
}
