"use client";

import type { File, SharedItem } from "@holdfast/contract";
import { listSharedWithMe } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { PageHeader } from "@/components/page/page-header";
import { Preview } from "@/features/entries/preview/lazy";
import { contentUrl, folderPath } from "@/features/files/navigation/links";
import { call } from "@/lib/api";
import { peopleKeys } from "../keys";
import { SharedRow } from "./shared-row";

const filters = ["shown", "hidden"] as const;

/** What others have given me, the newest first, each with whose it is and what I may do with it. */
export function SharedScreen() {
  const t = useTranslations("shared");
  const router = useRouter();
  const [filter, setFilter] = useState<(typeof filters)[number]>("shown");
  const [preview, setPreview] = useState<File | null>(null);
  const hidden = filter === "hidden";
  const query = useInfiniteQuery({
    queryKey: peopleKeys.shared(hidden),
    queryFn: ({ pageParam }) =>
      call(listSharedWithMe, { query: { limit: 100, cursor: pageParam, ...(hidden ? { hidden: "true" } : {}) } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const open = ({ file }: SharedItem) => (file.kind === "folder" ? router.push(folderPath(file.id)) : setPreview(file));
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        <Select
          label={t("filter")}
          value={filter}
          onValueChange={setFilter}
          items={filters.map((value) => ({ value, label: t(`filters.${value}`) }))}
          className="w-36 text-sm"
        />
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error && items.length === 0 ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState
          icon={<UsersRound />}
          title={t(hidden ? "nothingHidden" : "emptyTitle")}
          body={hidden ? undefined : t("emptyBody")}
        />
      ) : (
        <>
          <ul aria-label={t("title")} className="divide-y border-b">
            {items.map((item) => (
              <SharedRow key={item.file.id} item={item} onOpen={() => open(item)} />
            ))}
          </ul>
          <LoadMore query={query} />
        </>
      )}
      <Preview
        file={preview}
        files={items.flatMap(({ file }) => (file.kind === "file" ? [file] : []))}
        onChange={setPreview}
        urlOf={(file, disposition) => contentUrl(file.id, disposition)}
      />
    </>
  );
}
