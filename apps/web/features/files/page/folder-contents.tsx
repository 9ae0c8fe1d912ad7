"use client";

import type { File } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { ErrorState } from "@/components/feedback/state";
import type { SortBy } from "@/features/entries/grid/order";
import type { Selection } from "@/features/entries/selection/use-selection";
import { visibleName } from "@/lib/safe-name";
import type { FileCommands } from "../actions/commands";
import { EmptyFolder, GridSkeleton, NothingFound } from "../grid/empty-folder";
import { FileGrid } from "../grid/file-grid";
import type { useRenaming } from "../grid/use-renaming";
import type { useListing } from "../listing/use-listing";
import type { Folder } from "./use-folder";
import type { ViewSettings } from "./use-view-settings";

type FolderContentsProps = {
  folder: Folder;
  state: ReturnType<typeof useListing>;
  filter: { q: string; clear: () => void };
  view: ViewSettings;
  setView: (change: Partial<ViewSettings>) => void;
  selection: Selection<File>;
  commands: FileCommands;
  renaming: ReturnType<typeof useRenaming>;
  onUpload: () => void;
  onNewFolder: () => void;
};

/** The entries of a folder, or why there are none to see. */
export function FolderContents(props: FolderContentsProps) {
  const { folder, state, filter, view, setView, selection, commands, renaming, onUpload, onNewFolder } = props;
  const t = useTranslations("files");
  const { listing, items } = state;
  const sortBy = (by: SortBy) => {
    if (by === view.sort) setView({ order: view.order === "asc" ? "desc" : "asc" });
    else setView({ sort: by, order: by === "name" ? "asc" : "desc" });
  };
  if (state.error && items.length === 0) {
    return (
      <ErrorState title={t("folderNotLoaded")} className="m-auto" error={state.error} onRetry={() => listing.retry()} />
    );
  }
  if (!state.ready) return <GridSkeleton layout={view.layout} />;
  if (state.done && items.length === 0) {
    if (filter.q) return <NothingFound query={filter.q} onClear={filter.clear} />;
    return <EmptyFolder role={folder.role} onUpload={onUpload} onNewFolder={onNewFolder} goUp={folder.goUp} />;
  }
  return (
    <FileGrid
      key={view.layout}
      listing={listing}
      items={items}
      done={state.done}
      selection={selection}
      commands={commands}
      layout={view.layout}
      sort={view.sort}
      order={view.order}
      onSort={sortBy}
      renaming={renaming.renaming}
      onRenamed={renaming.finish}
      goUp={folder.goUp}
      label={visibleName(folder.name)}
    />
  );
}
