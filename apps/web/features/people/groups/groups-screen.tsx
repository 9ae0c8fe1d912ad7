"use client";

import type { Group } from "@holdfast/contract";
import { listGroups } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Plus, UsersRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { call } from "@/lib/api";
import { peopleKeys } from "../keys";
import { SearchBox } from "../search-box";
import { GroupDialog } from "./group-dialog";

/** All groups, for administrators. */
export function GroupsScreen() {
  const t = useTranslations("groups");
  const [text, setText] = useState("");
  const [shown, setShown] = useState<Group | "new" | null>(null);
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: peopleKeys.groups(q),
    queryFn: ({ pageParam }) => call(listGroups, { query: { q: q || undefined, cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const groups = query.data?.pages.flatMap((page) => page.items) ?? [];
  const open = typeof shown === "object" && shown ? (groups.find(({ id }) => id === shown.id) ?? shown) : shown;
  const make = (
    <Button variant="primary" onClick={() => setShown("new")}>
      <Plus />
      {t("new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        <SearchBox label={t("search")} value={text} onChange={setText} />
        {make}
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : groups.length === 0 ? (
        <EmptyState
          icon={<UsersRound />}
          title={q ? t("nothing", { query: q }) : t("none")}
          {...(q ? {} : { body: t("noneBody") })}
        />
      ) : (
        <ul className="divide-y border-b">
          {groups.map((group) => (
            <li key={group.id}>
              <button
                type="button"
                onClick={() => setShown(group)}
                className="flex w-full items-center gap-3.5 px-4 py-2.5 text-left hover:bg-hover/60 focus-visible:-outline-offset-2 sm:px-6"
              >
                <span
                  aria-hidden="true"
                  className="grid size-9 shrink-0 place-items-center rounded-full bg-hover text-ink-muted"
                >
                  <UsersRound className="size-4.5" />
                </span>
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{group.name}</span>
                  <span className="block truncate text-ink-muted text-xs">
                    {group.description ??
                      (group.externalName ? t("mapped", { name: group.externalName }) : t("byHand"))}
                  </span>
                </span>
                <span className="shrink-0 text-ink-muted text-sm tabular-nums">
                  {t("members", { count: group.memberCount })}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
      <GroupDialog shown={open} onClose={() => setShown(null)} />
    </>
  );
}
