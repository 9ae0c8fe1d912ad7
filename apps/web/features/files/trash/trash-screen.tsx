"use client";

import type { TrashedFile } from "@holdfast/contract";
import { getFile, listTrash } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
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
import { openTrashedFolder, useTrashedFolderId, useTrashSpaceId } from "./address";
import { TrashHeader } from "./trash-header";
import { TrashRow } from "./trash-row";
import { TrashToolbar, type TrashView } from "./trash-toolbar";
import { TrashedFolder } from "./trashed-folder";
import { useTrashActions } from "./use-trash-actions";

/** What was thrown away: where it was, how long it stays, and the way back. */
export function TrashScreen() {
  const folderId = useTrashedFolderId();
  const spaceId = useTrashSpaceId();
  return folderId === null ? (
    <TrashList key={spaceId} spaceId={spaceId} />
  ) : (
    <TrashedFolder key={folderId} folderId={folderId} spaceId={spaceId} />
  );
}

const idOf = ({ id }: TrashedFile) => id;

/** @param spaceId a team's; null: one's own */
function TrashList({ spaceId }: { spaceId: string | null }) {
  const t = useTranslations("trash");
  const [view, setView] = useState<TrashView>({ sort: "trashed", order: "desc" });
  const [filter, setFilter] = useState("");
  const q = useDeferredValue(filter.trim());
  const [preview, setPreview] = useState<TrashedFile | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.trashIn(null, spaceId ?? "own", view.sort, view.order, q),
    queryFn: ({ pageParam }) =>
      call(listTrash, {
        query: { ...view, q: q || undefined, spaceId: spaceId ?? undefined, cursor: pageParam, limit: 200 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const team = useQuery({
    queryKey: keys.file(spaceId ?? "root"),
    queryFn: () => call(getFile, { params: { id: spaceId ?? "" } }),
    enabled: spaceId !== null,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const selection = useSelection(items, idOf);
  const actions = useTrashActions(spaceId, selection.clear);
  return (
    <>
      <TrashHeader
        chosen={selection.selected.map(idOf)}
        nothing={items.length === 0}
        spaceId={spaceId}
        actions={actions}
      />
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
            team={team.data?.name}
            // When the list was read: days are precise enough.
            now={query.dataUpdatedAt}
            chosen={selection.isSelected(item.id)}
            onToggle={() => selection.toggle(item.id)}
            onOpen={() => (item.kind === "folder" ? openTrashedFolder(item.id, spaceId) : setPreview(item))}
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
