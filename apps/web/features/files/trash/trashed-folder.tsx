"use client";

import type { File } from "@holdfast/contract";
import { getFile, getFolderTotals, listTrashedFolder } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowLeft, FolderSearch, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { EntryLine } from "@/features/entries/list/entry-line";
import { EntryList } from "@/features/entries/list/entry-list";
import { Preview } from "@/features/entries/preview/lazy";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { useFileActions } from "../actions/use-file-actions";
import { contentUrl } from "../navigation/links";
import { openTrashedFolder } from "./address";
import { TrashToolbar } from "./trash-toolbar";

/** A folder in the trash, to look into before it is restored: nothing in it can be changed. */
export function TrashedFolder({ folderId, spaceId }: { folderId: string; spaceId: string | null }) {
  const t = useTranslations("trash");
  const files = useTranslations("files");
  const actions = useFileActions();
  const [filter, setFilter] = useState("");
  const q = useDeferredValue(filter.trim());
  const [preview, setPreview] = useState<File | null>(null);
  const folder = useQuery({
    queryKey: keys.file(folderId),
    queryFn: () => call(getFile, { params: { id: folderId } }),
  });
  const totals = useQuery({
    queryKey: keys.totals(folderId),
    queryFn: () => call(getFolderTotals, { params: { id: folderId } }),
  });
  const query = useInfiniteQuery({
    queryKey: keys.trashIn(folderId, q),
    queryFn: ({ pageParam }) =>
      call(listTrashedFolder, {
        params: { id: folderId },
        query: { q: q || undefined, cursor: pageParam, limit: 200 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  // What was thrown away itself lies in the trash; what is inside of it, in its folder.
  const thrownAway = folder.data !== undefined && folder.data.trashedAt !== null;
  const parentId = thrownAway ? null : (folder.data?.ancestors.at(-1)?.id ?? null);
  const restore = async () => {
    await actions.restore([folderId]);
    openTrashedFolder(null, spaceId);
  };
  const what = totals.data && files("filesAndFolders", { files: totals.data.files, folders: totals.data.folders });
  return (
    <>
      <PageHeader
        title={folder.data ? visibleName(folder.data.name) : "…"}
        body={totals.data ? t("inTrash", { what: `${what} · ${formatBytes(totals.data.bytes)}` }) : t("title")}
      >
        <Button onClick={() => openTrashedFolder(parentId, spaceId)}>
          <ArrowLeft />
          {parentId === null ? t("title") : visibleName(folder.data?.ancestors.at(-1)?.name ?? "")}
        </Button>
        {thrownAway && (
          <Button variant="primary" onClick={() => void restore()}>
            <RotateCcw />
            {t("restore")}
          </Button>
        )}
      </PageHeader>
      <TrashToolbar label={files("filter")} filter={filter} onFilter={setFilter} />
      <EntryList
        query={query}
        items={items}
        failed={files("folderNotLoaded")}
        empty={<EmptyState icon={<FolderSearch />} title={q ? t("nothingFound", { query: q }) : t("folderEmpty")} />}
        className="border-b"
      >
        {(item) => (
          <li key={item.id}>
            <button
              type="button"
              onClick={() => (item.kind === "folder" ? openTrashedFolder(item.id, spaceId) : setPreview(item))}
              className="flex w-full items-center gap-3 px-4 py-2 text-left -outline-offset-2 hover:bg-hover/60 sm:px-6"
            >
              <EntryLine entry={item} />
            </button>
          </li>
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
