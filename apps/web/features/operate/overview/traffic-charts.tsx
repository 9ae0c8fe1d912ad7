import type { Traffic } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { TimeChart } from "@/components/chart/time-chart";
import { formatBytes } from "@/lib/format";
import { formatCount, formatMs, highestOf, levelAt } from "./numbers";

/** What was asked, how long it took, what failed, and what was carried. */
export function TrafficCharts({ traffic }: { traffic: Traffic }) {
  const t = useTranslations("overview");
  const { at, series, usual, total } = traffic;
  const level = (value: number | null | undefined) =>
    value === null || value === undefined
      ? []
      : [{ label: t("usualLine"), tone: "muted" as const, values: levelAt(at, value), dashed: true }];
  const time = (value: number | null) => (value === null ? "–" : formatMs(value));
  const most = highestOf(series.requests) ?? 0;
  return (
    <section aria-label={t("traffic")} className="grid gap-4 lg:grid-cols-2">
      <TimeChart
        title={t("requests.title")}
        summary={t("requests.summary", {
          total: formatCount(total.requests),
          most: formatCount(most),
          step: t(`step.${traffic.step}`),
        })}
        at={at}
        series={[
          { label: t("requests.all"), tone: "first", values: series.requests, fill: true },
          ...level(usual?.requests),
        ]}
        format={formatCount}
      />
      <TimeChart
        title={t("times.title")}
        summary={t("times.summary", { p50: time(total.p50), p95: time(total.p95), p99: time(total.p99) })}
        at={at}
        series={[
          { label: t("times.p50"), tone: "first", values: series.p50 },
          { label: t("times.p95"), tone: "second", values: series.p95 },
          { label: t("times.p99"), tone: "third", values: series.p99 },
        ]}
        format={formatMs}
        logarithmic
      />
      <TimeChart
        title={t("errors.title")}
        summary={t("errors.summary", {
          server: formatCount(total.serverErrors),
          client: formatCount(total.clientErrors),
        })}
        at={at}
        series={[
          { label: t("errors.client"), tone: "warning", values: series.clientErrors },
          { label: t("errors.server"), tone: "danger", values: series.serverErrors, fill: true },
        ]}
        format={formatCount}
      />
      <TimeChart
        title={t("bytes.title")}
        summary={t("bytes.summary", { down: formatBytes(total.bytesDown), up: formatBytes(total.bytesUp) })}
        at={at}
        series={[
          { label: t("bytes.down"), tone: "first", values: series.bytesDown, fill: true },
          { label: t("bytes.up"), tone: "second", values: series.bytesUp },
        ]}
        format={formatBytes}
      />
    </section>
  );
}
