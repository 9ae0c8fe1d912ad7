"use client";

import { type File, getFile } from "@holdfast/contract";
import { useQuery } from "@tanstack/react-query";
import { FolderSearch } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useDeferredValue, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { buttonClass } from "@/components/button";
import { FileChooser } from "@/components/file-chooser";
import { EmptyState, ErrorState } from "@/components/state";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import { Preview } from "@/features/entries/preview/lazy";
import { useSelection } from "@/features/entries/selection/use-selection";
import { onAsked, takeAsked } from "@/features/files/asked";
import { hold, takeHeld } from "@/features/files/clipboard";
import { type DropData, isDragData, onceDraggable } from "@/features/files/drag";
import { DropZone } from "@/features/files/drop-zone";
import { EmptyFolder, GridSkeleton, NothingFound } from "@/features/files/empty-folder";
import { FileGrid } from "@/features/files/file-grid";
import { DetailsDialog, MoveDialog, NameDialog, ShortcutsDialog } from "@/features/files/lazy";
import { contentUrl } from "@/features/files/links";
import type { MoveRequest } from "@/features/files/move-dialog";
import { openFolder, useFolderId } from "@/features/files/navigation";
import { onReveal, takeRevealed } from "@/features/files/reveal";
import { SelectionActions } from "@/features/files/selection-actions";
import { StatusBar } from "@/features/files/status-bar";
import { Toolbar } from "@/features/files/toolbar";
import { undoLast } from "@/features/files/undo";
import { useFileActions } from "@/features/files/use-file-actions";
import { useFileCommands } from "@/features/files/use-file-commands";
import { useListing } from "@/features/files/use-listing";
import { usePageKeys } from "@/features/files/use-page-keys";
import { useRenaming } from "@/features/files/use-renaming";
import { useViewSettings } from "@/features/files/use-view-settings";
import { ShareDialog } from "@/features/sharing/lazy";
import { useUploads } from "@/features/uploads/uploads-context";
import { call, hasCode } from "@/lib/api";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { toast } from "@/lib/toast";

const idOf = ({ id }: File) => id;

/** A folder: the address says which. Stays mounted from folder to folder. */
export function FilesScreen() {
  const t = useTranslations("files");
  const folderId = useFolderId();
  const [view, setView] = useViewSettings();
  const [filter, setFilter] = useState("");
  const q = useDeferredValue(filter.trim());
  const state = useListing({ folderId, sort: view.sort, order: view.order, q });
  const { listing, items } = state;
  const selection = useSelection(items, idOf);
  const actions = useFileActions();
  const uploads = useUploads();
  const previewable = useMemo(() => items.filter((item) => item.kind === "file"), [items]);
  const [preview, setPreview] = useState<File | null>(null);
  const [details, setDetails] = useState<File | null>(null);
  const [sharing, setSharing] = useState<File | null>(null);
  const [moving, setMoving] = useState<MoveRequest | null>(null);
  const renaming = useRenaming(items, actions);
  const [helping, setHelping] = useState(false);
  const [naming, setNaming] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);

  const folder = useQuery({
    queryKey: keys.file(folderId ?? "root"),
    queryFn: () => call(getFile, { params: { id: folderId ?? "" } }),
    enabled: folderId !== null,
  });
  const crumbs = useMemo(() => {
    const root = { id: null, name: t("root") };
    if (folderId === null) return [root];
    if (!folder.data) return [root, { id: folderId, name: "…" }];
    return [root, ...folder.data.ancestors, { id: folderId, name: folder.data.name }];
  }, [folderId, folder.data, t]);
  const here = crumbs.at(-1)?.name ?? t("root");
  const parent = crumbs.at(-2)?.id ?? null;

  const goUp = () => {
    if (folderId) openFolder(parent);
  };

  const { reset } = selection;
  const stopRenaming = useEffectEvent(renaming.reset);
  const before = useRef<string | null>(null);
  useEffect(() => {
    // Another folder begins with nothing selected; coming up, the keys stand on the folder one was in.
    reset(before.current);
    before.current = folderId;
    setFilter("");
    stopRenaming();
  }, [folderId, reset]);

  const { pointAt } = selection;
  useEffect(() => {
    // From the search: the file is selected in its folder and opened at once. From the uploads: only selected.
    const reveal = () => {
      const entry = takeRevealed(folderId);
      if (!entry) return;
      pointAt(entry.id);
      if (entry.file) setPreview(entry.file);
    };
    reveal();
    return onReveal(reveal);
  }, [folderId, pointAt]);

  useEffect(() => {
    const answer = () => {
      const asked = takeAsked();
      if (asked === "newFolder") setNaming(true);
      else if (asked === "upload") fileInput.current?.click();
    };
    answer();
    return onAsked(answer);
  }, []);

  useEffect(
    () =>
      onceDraggable(({ monitorForElements }) =>
        monitorForElements({
          onDrop: ({ source, location }) => {
            const target = location.current.dropTargets[0]?.data as DropData | undefined;
            if (target?.type !== "folder" || !isDragData(source.data)) return;
            void actions.move(source.data.files, target.folderId, target.name);
          },
        }),
      ),
    [actions],
  );

  const commands = useFileCommands({
    selection,
    listing,
    actions,
    onPreview: setPreview,
    onDetails: setDetails,
    onShare: setSharing,
    onMove: setMoving,
    onRename: renaming.begin,
  });
  const takeUp = (mode: MoveRequest["mode"]) => {
    const files = selection.selected;
    if (files.length === 0) return;
    hold({ mode, files });
    toast(t(mode === "move" ? "cut" : "copyHeld", { count: files.length }));
  };
  usePageKeys({
    undo: undoLast,
    cut: () => takeUp("move"),
    copy: () => takeUp("copy"),
    paste: () => {
      const held = takeHeld();
      if (held) void actions[held.mode](held.files, folderId, here);
    },
    help: () => setHelping(true),
  });

  const missing =
    hasCode(state.error, "not_found", "invalid_request") || hasCode(folder.error, "not_found", "invalid_request");
  const empty = state.done && items.length === 0;

  if (missing) {
    return (
      <EmptyState
        level={1}
        className="m-auto"
        icon={<FolderSearch />}
        title={t("folderGone")}
        body={t("folderGoneBody")}
      >
        <title>{`${t("folderGone")} · Holdfast`}</title>
        <Link href="/files" className={buttonClass({ variant: "primary" })}>
          {t("toRoot")}
        </Link>
      </EmptyState>
    );
  }

  return (
    <DropZone
      folder={{ id: folderId, name: here }}
      onDrop={(data, target) => uploads.addDrop(data, target.id, target.name)}
    >
      <title>{`${folderId ? visibleName(here) : t("title")} · Holdfast`}</title>
      <h1 className="sr-only">{folderId ? visibleName(here) : t("title")}</h1>
      <Toolbar
        crumbs={crumbs}
        layout={view.layout}
        onLayout={(layout) => setView({ layout })}
        sort={view.sort}
        order={view.order}
        onSort={(sort, order) => setView({ sort, order })}
        filter={filter}
        onFilter={setFilter}
        onNewFolder={() => setNaming(true)}
        onUploadFiles={() => fileInput.current?.click()}
        onUploadFolder={() => folderInput.current?.click()}
        selectionActions={
          selection.selected.length > 0 && (
            <SelectionActions
              files={selection.selected}
              more={selection.all && !state.done}
              commands={commands}
              onClear={() => {
                selection.clear();
                focusGrid();
              }}
            />
          )
        }
      />
      {state.error && items.length === 0 ? (
        <ErrorState
          title={t("folderNotLoaded")}
          className="m-auto"
          error={state.error}
          onRetry={() => listing.retry()}
        />
      ) : !state.ready ? (
        <GridSkeleton layout={view.layout} />
      ) : empty && q ? (
        <NothingFound query={q} onClear={() => setFilter("")} />
      ) : empty ? (
        <EmptyFolder onUpload={() => fileInput.current?.click()} onNewFolder={() => setNaming(true)} goUp={goUp} />
      ) : (
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
          onSort={(by) =>
            setView(
              by === view.sort
                ? { order: view.order === "asc" ? "desc" : "asc" }
                : { sort: by, order: by === "name" ? "asc" : "desc" },
            )
          }
          renaming={renaming.renaming}
          onRenamed={renaming.finish}
          goUp={goUp}
          label={visibleName(here)}
        />
      )}
      <StatusBar
        count={items.length}
        done={state.done}
        ready={state.ready}
        error={state.error}
        onRetry={() => listing.retry()}
        onHelp={() => setHelping(true)}
        picking={selection.selected.length > 0}
      />
      <FileChooser
        ref={fileInput}
        label={t("uploadFiles")}
        onFiles={(files) => uploads.addFiles(files, folderId, here)}
      />
      <FileChooser
        ref={folderInput}
        folder
        label={t("uploadFolder")}
        onFiles={(files) => uploads.addFiles(files, folderId, here)}
      />
      <NameDialog open={naming} onOpenChange={setNaming} onName={(name) => actions.newFolder(name, folderId)} />
      <MoveDialog
        key={moving ? "open" : "closed"}
        request={moving}
        crumbs={crumbs}
        onClose={() => setMoving(null)}
        onChoose={(request, target) => {
          if (request.mode === "move") void actions.move(request.files, target.id, target.name);
          else void actions.copy(request.files, target.id, target.name);
          selection.clear();
        }}
      />
      <DetailsDialog file={details} onClose={() => setDetails(null)} actions={actions} />
      <ShortcutsDialog open={helping} onOpenChange={setHelping} />
      <ShareDialog file={sharing} onClose={() => setSharing(null)} />
      <Preview
        file={preview}
        files={previewable}
        onChange={(file) => {
          setPreview(file);
          if (file) selection.pointAt(file.id);
        }}
        urlOf={(file, disposition) => contentUrl(file.id, disposition)}
        onShare={setSharing}
        onDetails={setDetails}
      />
    </DropZone>
  );
}
