"use client";

import type { Space } from "@holdfast/contract";
import { listSpaces } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Settings2, UsersRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { call } from "@/lib/api";
import { peopleKeys } from "../keys";
import { NewTeamDialog } from "./new-team";
import { TeamBadges, TeamUsage } from "./team-facts";

/** The teams that one is a member of, each with the way to its files and to who is in it. */
export function TeamsScreen() {
  const t = useTranslations("teams");
  const [making, setMaking] = useState(false);
  const query = useInfiniteQuery({
    queryKey: peopleKeys.teams,
    queryFn: ({ pageParam }) => call(listSpaces, { query: { cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const teams = query.data?.pages.flatMap((page) => page.items) ?? [];
  const mayCreate = query.data?.pages[0]?.mayCreate ?? false;
  const make = mayCreate && (
    <Button variant="primary" onClick={() => setMaking(true)}>
      <Plus />
      {t("new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        {teams.length > 0 && make}
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : teams.length === 0 ? (
        <EmptyState icon={<UsersRound />} title={t("none")} body={t(mayCreate ? "noneBody" : "noneBodyAsk")}>
          {make}
        </EmptyState>
      ) : (
        <ul className="divide-y border-b">
          {teams.map((team) => (
            <TeamRow key={team.id} team={team} />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
      <NewTeamDialog open={making} onOpenChange={setMaking} />
    </>
  );
}

function TeamRow({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const settings = `/teams/${team.id}`;
  return (
    <li className="flex items-center gap-1 pr-2 hover:bg-hover/60 sm:pr-4">
      <Link
        href={team.deletedAt ? settings : `/files/${team.id}`}
        className="flex min-w-0 flex-1 items-center gap-3.5 py-2.5 pl-4 focus-visible:-outline-offset-2 sm:pl-6"
      >
        <span
          aria-hidden="true"
          className="grid size-9 shrink-0 place-items-center rounded-xl bg-accent-soft text-accent-text"
        >
          <UsersRound className="size-5" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{team.name}</span>
            <TeamBadges team={team} />
          </span>
          <span className="block truncate text-ink-muted text-xs">
            {t("members", { count: team.memberCount })}
            {team.role && ` · ${t("youAre", { role: t(`role.${team.role}`) })}`}
          </span>
        </span>
        <TeamUsage team={team} />
      </Link>
      <Link
        href={settings}
        aria-label={t("manage", { name: team.name })}
        title={t("manage", { name: team.name })}
        className={buttonClass({ variant: "ghost", size: "icon", className: "text-ink-muted" })}
      >
        <Settings2 />
      </Link>
    </li>
  );
}
