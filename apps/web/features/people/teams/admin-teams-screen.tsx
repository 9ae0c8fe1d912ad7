"use client";

import type { Space } from "@holdfast/contract";
import { listSpaces } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { call } from "@/lib/api";
import { formatDay } from "@/lib/format";
import { peopleKeys } from "../keys";
import { SearchBox } from "../search-box";
import { AdminTeamDialog } from "./admin-team-dialog";
import { TeamBadges, TeamUsage } from "./team-facts";

/** Every team with how full it is, for administrators, who see nothing of what is in it. */
export function AdminTeamsScreen() {
  const t = useTranslations("teams");
  const [text, setText] = useState("");
  const [shownId, setShownId] = useState<string | null>(null);
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: peopleKeys.allTeams(q),
    queryFn: ({ pageParam }) =>
      call(listSpaces, { query: { all: "true", q: q || undefined, cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const teams = query.data?.pages.flatMap((page) => page.items) ?? [];
  const describe = (team: Space) =>
    team.removedAt
      ? t("admin.removedAt", { date: formatDay(team.removedAt) })
      : t("members", { count: team.memberCount });
  return (
    <>
      <PageHeader title={t("admin.title")} body={t("admin.body")}>
        <SearchBox label={t("admin.search")} value={text} onChange={setText} />
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : teams.length === 0 ? (
        <EmptyState icon={<UsersRound />} title={q ? t("admin.nothing", { query: q }) : t("admin.none")} />
      ) : (
        <ul className="divide-y border-b">
          {teams.map((team) => (
            <li key={team.id}>
              <button
                type="button"
                onClick={() => setShownId(team.id)}
                className="flex w-full items-center gap-3.5 px-4 py-2.5 text-left hover:bg-hover/60 focus-visible:-outline-offset-2 sm:px-6"
              >
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-2">
                    <span className="truncate font-medium">{team.name}</span>
                    <TeamBadges team={team} />
                  </span>
                  <span className="block truncate text-ink-muted text-xs">{describe(team)}</span>
                </span>
                <TeamUsage team={team} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
      <AdminTeamDialog team={teams.find(({ id }) => id === shownId) ?? null} onClose={() => setShownId(null)} />
    </>
  );
}
