"use client";

import type { Space } from "@holdfast/contract";
import { getSpace, restoreSpace } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Folder, RotateCcw, Trash2, UsersRound } from "lucide-react";
import Link from "next/link";
import { useParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { Tabs } from "@/components/page/tabs";
import { call, hasCode, problemOf } from "@/lib/api";
import { formatDay } from "@/lib/format";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";
import { TeamBackups } from "./team-backups";
import { TeamBadges } from "./team-facts";
import { TeamLinks } from "./team-links";
import { TeamMembers } from "./team-members";
import { TeamSettings } from "./team-settings";

const tabs = ["members", "links", "backups", "settings"] as const;
type Tab = (typeof tabs)[number];

/** Who is in a team, its links and its settings. Its files are among all files. */
export function TeamScreen() {
  const t = useTranslations("teams");
  const { teamId } = useParams<{ teamId: string }>();
  const [tab, setTab] = useState<Tab>("members");
  const {
    data: team,
    error,
    refetch,
  } = useQuery({
    queryKey: peopleKeys.team(teamId),
    queryFn: () => call(getSpace, { params: { id: teamId } }),
  });
  if (hasCode(error, "not_found", "invalid_request")) return <TeamGone />;
  if (error) return <ErrorState title={t("notLoaded")} error={error} onRetry={() => void refetch()} />;
  if (!team) return <SkeletonRows />;
  const manages = team.role === "manager";
  const shown = tabs.filter((each) => each === "members" || manages);
  return (
    <>
      <PageHeader
        title={team.name}
        body={
          <span className="flex flex-wrap items-center gap-2">
            {t("members", { count: team.memberCount })}
            {team.role && ` · ${t("youAre", { role: t(`role.${team.role}`) })}`}
            <TeamBadges team={team} />
          </span>
        }
      >
        {!team.deletedAt && team.role && (
          <>
            {(manages || team.role === "editor") && !team.archivedAt && (
              <Link href={`/trash?space=${team.id}`} className={buttonClass()}>
                <Trash2 />
                {t("trash")}
              </Link>
            )}
            <Link href={`/files/${team.id}`} className={buttonClass({ variant: "primary" })}>
              <Folder />
              {t("openFiles")}
            </Link>
          </>
        )}
      </PageHeader>
      {team.deletedAt ? (
        <DeletedTeam team={team} />
      ) : (
        <Tabs
          label={team.name}
          value={shown.includes(tab) ? tab : "members"}
          onValueChange={setTab}
          tabs={shown.map((value) => ({ value, label: t(`tab.${value}`) }))}
        >
          <div className="mx-auto w-full max-w-3xl px-4 py-5 sm:px-6">
            {tab === "links" && manages ? (
              <TeamLinks team={team} />
            ) : tab === "backups" && manages ? (
              <TeamBackups team={team} />
            ) : tab === "settings" && manages ? (
              <TeamSettings key={team.name} team={team} />
            ) : (
              <TeamMembers team={team} />
            )}
          </div>
        </Tabs>
      )}
    </>
  );
}

function DeletedTeam({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    try {
      await call(restoreSpace, { params: { id: team.id } });
      toast.success(t("restored", { name: team.name }));
      await client.invalidateQueries({ queryKey: peopleKeys.all });
    } catch (error) {
      toast.error(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <EmptyState
      icon={<Trash2 />}
      title={t("deletedTitle")}
      body={t("deletedBody", { date: formatDay(team.removedAt ?? "") })}
    >
      <Button variant="primary" busy={busy} onClick={() => void restore()}>
        <RotateCcw />
        {t("restore")}
      </Button>
    </EmptyState>
  );
}

function TeamGone() {
  const t = useTranslations("teams");
  return (
    <EmptyState level={1} className="m-auto" icon={<UsersRound />} title={t("gone")} body={t("goneBody")}>
      <title>{`${t("gone")} · Holdfast`}</title>
      <Link href="/teams" className={buttonClass({ variant: "primary" })}>
        {t("toTeams")}
      </Link>
    </EmptyState>
  );
}
