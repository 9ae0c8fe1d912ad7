"use client";

import type { AlertState } from "@holdfast/contract";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { PageHeader } from "@/components/page/page-header";
import { Tabs } from "@/components/page/tabs";
import { AlertList } from "./alert-list";
import { Channels } from "./channels";
import { useAlertCounts } from "./queries";
import { Rules } from "./rules";

const lists = ["open", "acknowledged", "silenced", "resolved"] as const satisfies readonly AlertState[];
const tabs = [...lists, "rules", "channels"] as const;
type Tab = (typeof tabs)[number];

/** What needs an administrator, what was, from what on it is told, and to whom. */
export function AlertsScreen() {
  const t = useTranslations("operateAlerts");
  const router = useRouter();
  const asked = useSearchParams().get("tab");
  const tab: Tab = tabs.find((name) => name === asked) ?? "open";
  const counts = useAlertCounts();
  const numbers: Partial<Record<Tab, number | undefined>> = {
    open: counts?.open,
    acknowledged: counts?.acknowledged,
    silenced: counts?.silenced,
  };
  return (
    <>
      <PageHeader title={t("title")} body={t("body")} />
      <Tabs
        value={tab}
        onValueChange={(next) => router.replace(next === "open" ? "/admin/alerts" : `/admin/alerts?tab=${next}`)}
        label={t("tabs")}
        className="[&>[role=tablist]]:overflow-x-auto"
        tabs={tabs.map((value) => ({
          value,
          label: (
            <span className="flex items-center gap-1.5 whitespace-nowrap">
              {t(`tab.${value}`)}
              {numbers[value] ? <Count number={numbers[value]} urgent={value === "open"} /> : null}
            </span>
          ),
        }))}
      >
        <div className="w-full max-w-4xl px-4 pt-5 pb-12 sm:px-6">
          {tab === "rules" ? <Rules /> : tab === "channels" ? <Channels /> : <AlertList key={tab} state={tab} />}
        </div>
      </Tabs>
    </>
  );
}

function Count({ number, urgent }: { number: number; urgent: boolean }) {
  const tone = urgent ? "bg-danger text-danger-ink" : "bg-hover text-ink-muted";
  return (
    <span className={`min-w-5 rounded-full px-1.5 text-center text-xs leading-5 tabular-nums ${tone}`}>{number}</span>
  );
}
