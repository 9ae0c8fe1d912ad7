import type { StorageStats } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { TimeChart } from "@/components/chart/time-chart";
import { formatBytes } from "@/lib/format";

/** Ninety days of the store and of the disk, and where they lead. */
export function GrowthChart({ stats }: { stats: StorageStats }) {
  const t = useTranslations("adminStorage.growth");
  const { days, growth } = stats;
  const at = useMemo(() => days.map(({ day }) => `${day}T00:00:00Z`), [days]);
  const trend =
    growth.storedPerDay === null
      ? t("tooEarly", { count: growth.days, needed: growth.daysNeeded })
      : growth.storedPerDay > 0
        ? t("grows", { bytes: formatBytes(growth.storedPerDay) })
        : t("steady");
  const full = growth.daysUntilFull === null ? "" : ` ${t("full", { count: growth.daysUntilFull })}`;
  const hasDisk = days.some(({ diskFree }) => diskFree !== null);
  return (
    <TimeChart
      title={t("title")}
      summary={`${trend}${full}`}
      at={at}
      series={[
        { label: t("stored"), tone: "first", values: days.map((day) => day.storedBytes), fill: true },
        {
          label: t("logical"),
          tone: "second",
          values: days.map((day) => day.fileBytes + day.versionBytes + day.trashBytes),
        },
        ...(hasDisk ? [{ label: t("free"), tone: "warning" as const, values: days.map((day) => day.diskFree) }] : []),
      ]}
      format={formatBytes}
    />
  );
}
