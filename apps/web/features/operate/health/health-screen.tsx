"use client";

import { adminHealth } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { MaintenanceSection } from "../maintenance/maintenance-section";
import { SystemHeader } from "../system-header";
import { AreaList } from "./area-list";
import { Finding } from "./finding";
import { Summary } from "./summary";

/** Is all well? If not: what is wrong, what to do about it, and the button that does it. */
export function HealthScreen() {
  const t = useTranslations("health");
  const query = useQuery({ queryKey: keys.health, queryFn: () => call(adminHealth), refetchInterval: 30_000 });
  const checks = query.data?.checks ?? [];
  return (
    <>
      <SystemHeader page="health">
        <Button onClick={() => void query.refetch()} busy={query.isFetching}>
          {!query.isFetching && <RotateCw />}
          {t("again")}
        </Button>
      </SystemHeader>
      {query.data ? (
        <div className="flex w-full max-w-4xl flex-col gap-8 px-4 pt-6 pb-12 sm:px-6">
          <Summary health={query.data} />
          {query.data.state !== "ok" && (
            <ul className="flex flex-col gap-3">
              {checks
                .filter(({ state }) => state !== "ok")
                .map((check) => (
                  <Finding key={check.id} check={check} />
                ))}
            </ul>
          )}
          <AreaList checks={checks.filter(({ state }) => state === "ok")} />
          <MaintenanceSection />
        </div>
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </>
  );
}
