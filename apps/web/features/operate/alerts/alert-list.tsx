"use client";

import type { AlertState } from "@holdfast/contract";
import { BellOff, CheckCheck, CircleCheck, History } from "lucide-react";
import { useTranslations } from "next-intl";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { AlertCard } from "./alert-card";
import { useAlertList } from "./queries";

type Shown = Exclude<AlertState, "all">;

const icons: Record<Shown, React.ReactNode> = {
  open: <CircleCheck />,
  acknowledged: <CheckCheck />,
  silenced: <BellOff />,
  resolved: <History />,
};

/** The alerts of one tab, newest first. */
export function AlertList({ state }: { state: Shown }) {
  const t = useTranslations("operateAlerts");
  const query = useAlertList(state);
  if (query.isPending) return <SkeletonRows rows={3} className="overflow-hidden rounded-2xl border" />;
  if (query.error) {
    return (
      <ErrorState
        title={t("notLoaded")}
        error={query.error}
        onRetry={() => void query.refetch()}
        className="rounded-2xl border"
      />
    );
  }
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return <EmptyState icon={icons[state]} title={t(`empty.${state}`)} body={t(`emptyBody.${state}`)} />;
  }
  return (
    <>
      <ul aria-label={t(`tab.${state}`)} className="space-y-3">
        {items.map((alert) => (
          <AlertCard key={alert.id} alert={alert} />
        ))}
      </ul>
      <LoadMore query={query} />
    </>
  );
}
