"use client";

import type { File } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { useSelection } from "@/features/entries/selection/use-selection";
import { roleOffers } from "@/features/files/actions/file-roles";
import { useFileActions } from "@/features/files/actions/use-file-actions";
import { useFileCommands } from "@/features/files/actions/use-file-commands";
import { DropZone } from "@/features/files/drag/drop-zone";
import { useDropOnFolders } from "@/features/files/drag/use-drop-on-folders";
import { useRenaming } from "@/features/files/grid/use-renaming";
import { useListing } from "@/features/files/listing/use-listing";
import { SelectionActions } from "@/features/files/menus/selection-actions";
import { FolderContents } from "@/features/files/page/folder-contents";
import { FolderGone } from "@/features/files/page/folder-gone";
import { StatusBar } from "@/features/files/page/status-bar";
import { Toolbar } from "@/features/files/page/toolbar";
import { useFileDialogs } from "@/features/files/page/use-file-dialogs";
import { useFileShortcuts } from "@/features/files/page/use-file-shortcuts";
import { useFolder } from "@/features/files/page/use-folder";
import { useFolderChange } from "@/features/files/page/use-folder-change";
import { usePageRequests } from "@/features/files/page/use-page-requests";
import { useViewSettings } from "@/features/files/page/use-view-settings";
import { useUploads } from "@/features/uploads/uploads-context";
import { hasCode } from "@/lib/api";
import { visibleName } from "@/lib/safe-name";
import { FilesDialogs } from "./files-dialogs";
import { UploadChoosers, useUploadChoosers } from "./upload-choosers";

const idOf = ({ id }: File) => id;
const isMissing = (error: unknown) => hasCode(error, "not_found", "invalid_request");

/** A folder: the address says which. Stays mounted from folder to folder. */
export function FilesScreen() {
  const t = useTranslations("files");
  const folder = useFolder();
  const [view, setView] = useViewSettings();
  const [filter, setFilter] = useState("");
  const q = useDeferredValue(filter.trim());
  const state = useListing({ folderId: folder.id, sort: view.sort, order: view.order, q });
  const { listing, items } = state;
  const selection = useSelection(items, idOf);
  const actions = useFileActions();
  const uploads = useUploads();
  const dialogs = useFileDialogs();
  const { show } = dialogs;
  const renaming = useRenaming(items, actions);
  const { inputs, chooseFiles, chooseFolder } = useUploadChoosers();
  const askName = () => show.naming(true);
  const help = () => show.helping(true);

  useFolderChange(folder.id, selection.reset, () => {
    setFilter("");
    renaming.reset();
  });
  const mayAdd = roleOffers(folder.role, "add");
  const asked = { newFolder: askName, upload: chooseFiles };
  usePageRequests(folder.id, { pointAt: selection.pointAt, preview: show.preview, asked });
  useDropOnFolders(actions);
  useFileShortcuts({ folder, selected: selection.selected, actions, help });
  const commands = useFileCommands({ selection, listing, actions, show, onRename: renaming.begin });

  if (isMissing(state.error) || isMissing(folder.error)) return <FolderGone />;
  const title = folder.id ? visibleName(folder.name) : t("title");
  return (
    <DropZone folder={folder} enabled={mayAdd} onDrop={(data, target) => uploads.addDrop(data, target.id, target.name)}>
      <title>{`${title} · Holdfast`}</title>
      <h1 className="sr-only">{title}</h1>
      <Toolbar
        crumbs={folder.crumbs}
        mayAdd={mayAdd}
        view={view}
        onView={setView}
        filter={filter}
        onFilter={setFilter}
        onNewFolder={askName}
        onUploadFiles={chooseFiles}
        onUploadFolder={chooseFolder}
        selectionActions={<SelectionActions selection={selection} whole={state.done} commands={commands} />}
      />
      <FolderContents
        {...{ folder, state, view, setView, selection, commands, renaming }}
        filter={{ q, clear: () => setFilter("") }}
        onUpload={chooseFiles}
        onNewFolder={askName}
      />
      <StatusBar
        count={items.length}
        done={state.done}
        ready={state.ready}
        error={state.error}
        onRetry={() => listing.retry()}
        onHelp={help}
        picking={selection.selected.length > 0}
        readOnly={!roleOffers(folder.role, "add")}
      />
      <UploadChoosers inputs={inputs} folder={folder} />
      <FilesDialogs {...{ dialogs, folder, items, selection, actions }} />
    </DropZone>
  );
}
