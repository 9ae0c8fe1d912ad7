"use client";

import { adminTraffic } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ErrorState } from "@/components/feedback/state";
import { Switcher } from "@/components/form/switcher";
import { PageHeader } from "@/components/page/page-header";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { Figures } from "./figures";
import { OperationsTable } from "./operations-table";
import { Processes } from "./processes";
import { type Range, rangeNames, ranges } from "./ranges";
import { ServerCharts } from "./server-charts";
import { TrafficCharts } from "./traffic-charts";
import { WellLine } from "./well-line";

/** How often the page asks again: what it shows is summed up once a minute. */
const AGAIN_MS = 60_000;

/** Whether all is well, and what happened in a day, a week or a quarter. */
export function OverviewScreen() {
  const t = useTranslations("overview");
  const [range, setRange] = useState<Range>("day");
  const query = useQuery({
    queryKey: ["admin-traffic", range],
    queryFn: () => {
      const { seconds, step } = ranges[range];
      // Whole points alone: the one under way would look like a collapse. A day is shown as far as it has come.
      const now = Date.now() / 1000;
      const to = new Date((step < 86_400 ? Math.floor(now / step) * step : now) * 1000);
      const from = new Date(to.getTime() - seconds * 1000);
      return call(adminTraffic, { query: { from: from.toISOString(), to: to.toISOString(), step: `${step}` } });
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
  const traffic = query.data;
  return (
    <>
      <PageHeader
        title={t("title")}
        body={
          traffic?.since ? (
            <>
              {t("since")} <Time at={traffic.since} style="day" />
            </>
          ) : (
            t("body")
          )
        }
      >
        <Switcher
          label={t("range.label")}
          value={range}
          onValueChange={setRange}
          items={rangeNames.map((value) => ({ value, label: t(`range.${value}`) }))}
        />
      </PageHeader>
      <div className="flex flex-col gap-6 px-4 pt-5 pb-12 sm:px-6">
        <WellLine />
        {traffic ? (
          <>
            <Figures traffic={traffic} range={range} />
            <TrafficCharts traffic={traffic} />
            <OperationsTable operations={traffic.operations} />
            <ServerCharts traffic={traffic} />
            <Processes traffic={traffic} />
          </>
        ) : query.error ? (
          <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton />
        )}
      </div>
    </>
  );
}

function Skeleton() {
  return (
    <div aria-hidden="true" className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-3 xl:grid-cols-6">
        {Array.from({ length: 6 }, (_, index) => (
          <div key={`tile-${index}`} className="skeleton h-24" />
        ))}
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        {Array.from({ length: 4 }, (_, index) => (
          <div key={`chart-${index}`} className="skeleton h-72" />
        ))}
      </div>
    </div>
  );
}
