import type { GaugeSeries, Traffic } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { TimeChart } from "@/components/chart/time-chart";
import { formatBytes } from "@/lib/format";
import { formatCount, gauge, gaugesOf, highestOf, lastOf, sumOf } from "./numbers";

const tones = ["first", "second", "third", "warning"] as const;

/** Storage, database, jobs, sign-ins and memory over the same time. */
export function ServerCharts({ traffic }: { traffic: Traffic }) {
  const t = useTranslations("overview");
  const { at } = traffic;
  const none = at.map(() => null);
  const mean = (name: string) => gauge(traffic, name)?.mean ?? none;
  const disk = gaugesOf(traffic, "diskFree")[0]?.mean;
  const bytes = (values: readonly (number | null)[] | undefined) => {
    const last = lastOf(values);
    return last === null ? "–" : formatBytes(last);
  };
  const count = (value: number | null) => (value === null ? "–" : formatCount(value));
  const signIns = ["success", "invalid_credentials", "throttled"].map((outcome) =>
    addUp(at.length, gaugesOf(traffic, `signIn.${outcome}`)),
  );
  const memory = gaugesOf(traffic, "memory").slice(0, tones.length);
  return (
    <section aria-label={t("server")} className="grid gap-4 lg:grid-cols-2">
      <TimeChart
        title={t("storage.title")}
        summary={t("storage.summary", { stored: bytes(mean("storedBytes")), free: bytes(disk) })}
        at={at}
        series={[
          { label: t("storage.stored"), tone: "first", values: mean("storedBytes"), fill: true },
          ...(disk ? [{ label: t("storage.free"), tone: "second" as const, values: disk }] : []),
        ]}
        format={formatBytes}
      />
      <TimeChart
        title={t("database.title")}
        summary={t("database.summary", {
          size: bytes(mean("databaseBytes")),
          connections: count(highestOf(gauge(traffic, "databaseConnections")?.high ?? none)),
        })}
        at={at}
        series={[{ label: t("database.size"), tone: "first", values: mean("databaseBytes"), fill: true }]}
        format={formatBytes}
      />
      <TimeChart
        title={t("connections.title")}
        summary={t("connections.summary", {
          now: count(lastOf(mean("databaseConnections"))),
          waiting: count(highestOf(gaugesOf(traffic, "poolWaiting").flatMap(({ high }) => high))),
        })}
        at={at}
        series={[
          { label: t("connections.open"), tone: "first", values: gauge(traffic, "databaseConnections")?.high ?? none },
        ]}
        format={formatCount}
      />
      <TimeChart
        title={t("jobs.title")}
        summary={t("jobs.summary", {
          waiting: count(lastOf(mean("jobsWaiting"))),
          failed: count(lastOf(mean("jobsFailed"))),
        })}
        at={at}
        series={[
          { label: t("jobs.waiting"), tone: "first", values: gauge(traffic, "jobsWaiting")?.high ?? none },
          { label: t("jobs.failed"), tone: "danger", values: gauge(traffic, "jobsFailed")?.high ?? none },
        ]}
        format={formatCount}
      />
      <TimeChart
        title={t("signIns.title")}
        summary={t("signIns.summary", {
          good: formatCount(sumOf(signIns[0])),
          refused: formatCount(sumOf(signIns[1]) + sumOf(signIns[2])),
        })}
        at={at}
        series={[
          { label: t("signIns.good"), tone: "first", values: signIns[0] ?? [] },
          { label: t("signIns.wrong"), tone: "warning", values: signIns[1] ?? [] },
          { label: t("signIns.throttled"), tone: "danger", values: signIns[2] ?? [] },
        ]}
        format={formatCount}
      />
      <TimeChart
        title={t("memory.title")}
        summary={t("memory.summary", { most: bytes([highestOf(memory.flatMap(({ high }) => high))]) })}
        at={at}
        series={memory.map(({ node, mean: values }, index) => ({
          label: node ?? "",
          tone: tones[index] ?? "muted",
          values,
        }))}
        format={formatBytes}
      />
    </section>
  );
}

/** What several processes counted, point by point. */
function addUp(length: number, gauges: readonly GaugeSeries[]): number[] {
  return Array.from({ length }, (_, index) => Math.round(sumOf(gauges.map(({ sum }) => sum[index] ?? null))));
}
