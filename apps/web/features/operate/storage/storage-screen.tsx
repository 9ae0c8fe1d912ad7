"use client";

import { adminMeasureStorage, adminStats } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { HardDrive, RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { PageHeader } from "@/components/page/page-header";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { Cleaning } from "./cleaning";
import { GrowthChart } from "./growth-chart";
import { Largest } from "./largest";
import { Shares } from "./shares";
import { StorageFigures } from "./storage-figures";
import { UsersTable } from "./users-table";

export const statsKey = ["admin-stats"] as const;
/** How often the page looks whether a measurement that was asked for is there. */
const LOOK_MS = 2_000;

/** What takes the room, what grows, and what can be freed. */
export function StorageScreen() {
  const t = useTranslations("adminStorage");
  const client = useQueryClient();
  const fail = useFailure();
  /** What was shown when a new measurement was asked for. */
  const [before, setBefore] = useState<string | null>(null);
  const query = useQuery({
    queryKey: statsKey,
    queryFn: () => call(adminStats),
    refetchInterval: ({ state }) =>
      before !== null && (state.data?.last?.measuredAt ?? "") === before ? LOOK_MS : false,
  });
  const stats = query.data;
  const measuring = before !== null && (stats?.last?.measuredAt ?? "") === before;
  const measure = async () => {
    setBefore(stats?.last?.measuredAt ?? "");
    try {
      await call(adminMeasureStorage);
      toast.success(t("measuring"));
      await client.invalidateQueries({ queryKey: statsKey });
    } catch (error) {
      setBefore(null);
      fail(error, measure);
    }
  };
  return (
    <>
      <PageHeader
        title={t("title")}
        body={
          stats?.last ? (
            <>
              {t("measured")} <Time at={stats.last.measuredAt} style="full" />
            </>
          ) : (
            t("body")
          )
        }
      >
        <Button busy={measuring} disabled={!stats} onClick={() => void measure()}>
          {!measuring && <RefreshCw />}
          {t("measureNow")}
        </Button>
      </PageHeader>
      {!stats && query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : !stats ? (
        <SkeletonRows />
      ) : !stats.last ? (
        <EmptyState icon={<HardDrive />} title={t("emptyTitle")} body={t("emptyBody")} />
      ) : (
        <div className="flex flex-col gap-6 px-4 pt-5 pb-12 sm:px-6">
          <StorageFigures stats={stats} last={stats.last} />
          <GrowthChart stats={stats} />
          <Cleaning stats={stats} />
          <Shares stats={stats} />
          <UsersTable users={stats.users} />
          <Largest stats={stats} />
        </div>
      )}
    </>
  );
}
