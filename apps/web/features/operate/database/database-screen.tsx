"use client";

import type { DatabaseReport as Report } from "@holdfast/contract";
import { adminDatabase } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { formatBytes, formatDuration } from "@/lib/format";
import { keys } from "@/lib/query";
import { Figure } from "../figures";
import { SystemHeader } from "../system-header";
import { Hints } from "./hints";
import { Statements } from "./statements";
import { Tables } from "./tables";

/** How the database is: its size, what takes its time, and what is not as it should be. */
export function DatabaseScreen() {
  const query = useQuery({
    queryKey: keys.database,
    queryFn: () => call(adminDatabase),
    refetchInterval: 30_000,
  });
  const t = useTranslations("database");
  return (
    <>
      <SystemHeader page="database" />
      {query.data ? (
        <div className="flex w-full max-w-5xl flex-col gap-9 px-4 pt-6 pb-12 sm:px-6">
          <Overview report={query.data} />
          <Hints report={query.data} />
          <Statements report={query.data} />
          <Tables report={query.data} />
        </div>
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </>
  );
}

function Overview({ report }: { report: Report }) {
  const t = useTranslations("database");
  const { connections, cacheHits, oldestTransactionSeconds: oldest } = report;
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure
        label={t("size")}
        value={formatBytes(report.sizeBytes)}
        note={t(report.embedded ? "embedded" : "external", { version: report.version.split(" ")[0] ?? "" })}
      />
      <Figure
        label={t("connections")}
        value={connections.used}
        note={t("connectionsNote", { most: connections.most })}
      />
      <Figure
        label={t("cache")}
        value={cacheHits === null ? "–" : `${(cacheHits * 100).toFixed(1)} %`}
        note={t("cacheNote")}
      />
      <Figure
        label={t("oldest")}
        value={oldest === null || oldest < 1 ? t("none") : formatDuration(oldest)}
        note={t("oldestNote")}
      />
    </dl>
  );
}
