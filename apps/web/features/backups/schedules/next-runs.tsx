"use client";

import { previewSchedule } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { call, problemOf } from "@/lib/api";
import { formatRun, localTimeZone } from "../work/when";
import { useDebounced } from "./use-debounced";

/** What a schedule means: in words, and its next five runs in the reader's time zone. Or why it means nothing. */
export function NextRuns({ cron, timeZone }: { cron: string; timeZone: string }) {
  const t = useTranslations("backups.schedule");
  const wanted = useDebounced(`${cron}\n${timeZone}`);
  const [wantedCron = "", wantedZone = ""] = wanted.split("\n");
  const query = useQuery({
    queryKey: ["schedule-preview", wantedCron, wantedZone],
    queryFn: () => call(previewSchedule, { body: { cron: wantedCron, timeZone: wantedZone } }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div aria-live="polite" className="min-h-42 rounded-xl bg-sunken px-4 py-3">
      {query.error ? (
        <p className="text-danger">{problemOf(query.error).message}</p>
      ) : (
        query.data && (
          <>
            <p className="font-medium">{query.data.description}</p>
            <p className="mt-1 text-ink-muted text-xs">{t("nextRuns", { zone: localTimeZone() })}</p>
            <ol className="mt-1.5 flex flex-col gap-0.5 tabular-nums">
              {query.data.nextRuns.map((run) => (
                <li key={run}>{formatRun(run)}</li>
              ))}
            </ol>
          </>
        )
      )}
    </div>
  );
}
