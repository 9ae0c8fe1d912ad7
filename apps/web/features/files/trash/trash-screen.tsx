"use client";

import { emptyTrash, getTrashTotals, listTrash, type TrashedFile } from "@holdfast/contract";
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, SearchX, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useMemo, useState } from "react";
import { Button } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { PageHeader } from "@/components/page/page-header";
import { useSettings } from "@/features/auth/session";
import { EntryList } from "@/features/entries/list/entry-list";
import { Preview } from "@/features/entries/preview/lazy";
import { useSelection } from "@/features/entries/selection/use-selection";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import { useFileActions } from "../actions/use-file-actions";
import { contentUrl } from "../navigation/links";
import { openTrashedFolder, useTrashedFolderId } from "./address";
import { TrashRow } from "./trash-row";
import { TrashToolbar, type TrashView } from "./trash-toolbar";
import { TrashedFolder } from "./trashed-folder";

/** What was thrown away: where it was, how long it stays, and the way back. */
export function TrashScreen() {
  const folderId = useTrashedFolderId();
  return folderId === null ? <TrashList /> : <TrashedFolder key={folderId} folderId={folderId} />;
}

const idOf = ({ id }: TrashedFile) => id;

function TrashList() {
  const t = useTranslations("trash");
  const client = useQueryClient();
  const confirm = useConfirm();
  const actions = useFileActions();
  const settings = useSettings();
  const [view, setView] = useState<TrashView>({ sort: "trashed", order: "desc" });
  const [filter, setFilter] = useState("");
  const q = useDeferredValue(filter.trim());
  const [preview, setPreview] = useState<TrashedFile | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.trashIn(null, view.sort, view.order, q),
    queryFn: ({ pageParam }) =>
      call(listTrash, { query: { ...view, q: q || undefined, cursor: pageParam, limit: 200 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const totals = useQuery({ queryKey: keys.trashTotals, queryFn: () => call(getTrashTotals) });
  // When the list was read: days are precise enough.
  const now = query.dataUpdatedAt;
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const selection = useSelection(items, idOf);
  const ids = selection.selected.map(idOf);
  const restore = async (wanted: readonly string[]) => {
    await actions.restore(wanted);
    selection.clear();
  };
  const destroy = async (wanted: readonly string[]) => {
    const yes = await confirm({
      title: t("destroyTitle", { count: wanted.length }),
      body: t("destroyBody"),
      action: t("destroy"),
      danger: true,
    });
    if (!yes) return;
    await actions.destroy(wanted);
    selection.clear();
  };
  const empty = async () => {
    const yes = await confirm({
      title: t("emptyTitle"),
      body: t("destroyBody"),
      action: t("emptyAction"),
      danger: true,
    });
    if (!yes) return;
    try {
      await call(emptyTrash);
    } catch (error) {
      actions.fail(error, empty, { repeatable: true });
    }
    await client.invalidateQueries({ queryKey: keys.trash });
    actions.changedEverywhere();
  };
  const { files = 0, bytes = 0, complete = true } = totals.data ?? {};
  const size = files > 0 && t(complete ? "holds" : "holdsMore", { files, size: formatBytes(bytes) });
  return (
    <>
      <PageHeader
        title={t("title")}
        body={
          settings.data && (
            <>
              {t("body", { count: settings.data.trashDays })}
              {size && ` ${size}`}
            </>
          )
        }
      >
        {ids.length > 0 ? (
          <>
            <Button variant="primary" onClick={() => void restore(ids)}>
              <RotateCcw />
              {t("restoreChosen", { count: ids.length })}
            </Button>
            <Button variant="danger-ghost" onClick={() => void destroy(ids)}>
              {t("destroy")}
            </Button>
          </>
        ) : (
          items.length > 0 && (
            <Button onClick={() => void empty()}>
              <Trash2 />
              {t("emptyAction")}
            </Button>
          )
        )}
      </PageHeader>
      {(items.length > 0 || q) && (
        <TrashToolbar label={t("filter")} view={view} onView={setView} filter={filter} onFilter={setFilter} />
      )}
      <EntryList
        query={query}
        items={items}
        failed={t("notLoaded")}
        empty={
          q ? (
            <EmptyState icon={<SearchX />} title={t("nothingFound", { query: q })} />
          ) : (
            <EmptyState icon={<Trash2 />} title={t("nothingTitle")} body={t("nothingBody")} />
          )
        }
        className="border-b"
      >
        {(item) => (
          <TrashRow
            key={item.id}
            item={item}
            now={now}
            chosen={selection.isSelected(item.id)}
            onToggle={() => selection.toggle(item.id)}
            onOpen={() => (item.kind === "folder" ? openTrashedFolder(item.id) : setPreview(item))}
            onRestore={() => void restore([item.id])}
            onDestroy={() => void destroy([item.id])}
          />
        )}
      </EntryList>
      <Preview
        file={preview}
        files={items.filter((item) => item.kind === "file")}
        onChange={setPreview}
        urlOf={(file, disposition) => contentUrl(file.id, disposition)}
      />
    </>
  );
}
