"use client";

import type { TrashedFile } from "@holdfast/contract";
import { listTrash } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { SearchX, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useMemo, useState } from "react";
import { EmptyState } from "@/components/feedback/state";
import { EntryList } from "@/features/entries/list/entry-list";
import { Preview } from "@/features/entries/preview/lazy";
import { useSelection } from "@/features/entries/selection/use-selection";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { contentUrl } from "../navigation/links";
import { openTrashedFolder, useTrashedFolderId } from "./address";
import { TrashHeader } from "./trash-header";
import { TrashRow } from "./trash-row";
import { TrashToolbar, type TrashView } from "./trash-toolbar";
import { TrashedFolder } from "./trashed-folder";
import { useTrashActions } from "./use-trash-actions";

/** What was thrown away: where it was, how long it stays, and the way back. */
export function TrashScreen() {
  const folderId = useTrashedFolderId();
  return folderId === null ? <TrashList /> : <TrashedFolder key={folderId} folderId={folderId} />;
}

const idOf = ({ id }: TrashedFile) => id;

function TrashList() {
  const t = useTranslations("trash");
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
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const selection = useSelection(items, idOf);
  const actions = useTrashActions(selection.clear);
  return (
    <>
      <TrashHeader chosen={selection.selected.map(idOf)} nothing={items.length === 0} actions={actions} />
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
            // When the list was read: days are precise enough.
            now={query.dataUpdatedAt}
            chosen={selection.isSelected(item.id)}
            onToggle={() => selection.toggle(item.id)}
            onOpen={() => (item.kind === "folder" ? openTrashedFolder(item.id) : setPreview(item))}
            onRestore={() => actions.restore([item.id])}
            onDestroy={() => actions.destroy([item.id])}
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
