"use client";

import { adminListJobs, adminRetryJob } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Activity, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { PageHeader } from "@/components/page/page-header";
import { Badge, type Tone } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";

const states = ["all", "failed", "active", "created", "retry", "completed"] as const;
type State = (typeof states)[number];

const tones: Record<string, Tone> = {
  completed: "success",
  failed: "danger",
  retry: "warning",
  active: "accent",
};

/** Background work: what runs, what failed and why, and the way to run it again. */
export function JobsScreen() {
  const t = useTranslations("jobs");
  const client = useQueryClient();
  const fail = useFailure();
  const [state, setState] = useState<State>("all");
  const [routine, setRoutine] = useState(false);
  const query = useQuery({
    queryKey: [...keys.jobs(state), routine],
    queryFn: () =>
      call(adminListJobs, {
        query: { state: state === "all" ? undefined : state, routine: routine ? "yes" : undefined },
      }),
    refetchInterval: 5000,
  });
  const nameOf = (name: string) => {
    const key = `names.${name.replaceAll(/[.-]/g, "_")}`;
    return t.has(key) ? t(key) : name;
  };
  const retry = async (name: string, id: string) => {
    try {
      await call(adminRetryJob, { params: { name, id } });
      toast.success(t("retried"));
    } catch (error) {
      fail(error, () => retry(name, id));
    }
    await client.invalidateQueries({ queryKey: ["jobs"] });
  };
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        <label className="flex h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={routine}
            onChange={({ target }) => setRoutine(target.checked)}
            className="size-4 accent-accent"
          />
          {t("routine")}
        </label>
        <Select
          label={t("filter")}
          value={state}
          onValueChange={setState}
          items={states.map((value) => ({ value, label: t(`state.${value}`) }))}
          className="w-40"
        />
      </PageHeader>
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <EmptyState icon={<Activity />} title={t("emptyTitle")} body={t("emptyBody")} />
      ) : (
        <ul className="divide-y border-b">
          {query.data.items.map((job) => (
            <li key={job.id} className="flex items-center gap-4 px-4 py-2.5 sm:px-6">
              <Badge tone={tones[job.state] ?? "neutral"} className="w-24 text-center">
                {t(`state.${job.state}`)}
              </Badge>
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium" title={job.name}>
                  {nameOf(job.name)}
                </p>
                {job.error ? (
                  <p className="truncate text-danger text-xs" title={job.error}>
                    {job.error}
                  </p>
                ) : (
                  <p className="truncate text-ink-muted text-xs">{t("attempt", { count: job.retryCount + 1 })}</p>
                )}
              </div>
              <span className="hidden shrink-0 text-ink-muted text-xs sm:block">
                <Time at={job.completedOn ?? job.startedOn ?? job.createdOn} style="full" />
              </span>
              {job.state === "failed" && (
                <Button size="sm" onClick={() => void retry(job.name, job.id)}>
                  <RotateCw />
                  {t("retry")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
