import type { Traffic } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";
import { formatCount, formatMs, formatShare, gauge, gaugesOf, lastOf } from "./numbers";
import { type Range, ranges } from "./ranges";

type Figure = { key: string; value: string; note: string; bad?: boolean };

/** The six numbers that say most, each with what it is about and what is usual. */
export function Figures({ traffic, range }: { traffic: Traffic; range: Range }) {
  const t = useTranslations("overview");
  const { total, usual, at } = traffic;
  const usually = (value: number | null | undefined, format: (value: number) => string) =>
    value === null || value === undefined
      ? t("noUsual")
      : t("usual", { value: format(value), range: t(`range.${range}`) });
  /** The medians are of one point; this is of as many as are shown. */
  const whole = (value: number | undefined) =>
    value === undefined ? undefined : value * (ranges[range].seconds / traffic.step);
  const share = total.requests === 0 ? 0 : total.serverErrors / total.requests;
  const failed = lastOf(gauge(traffic, "jobsFailed")?.mean);
  const waiting = lastOf(gauge(traffic, "jobsWaiting")?.mean);
  const disk = fullestDisk(traffic);
  const figures: Figure[] = [
    { key: "requests", value: formatCount(total.requests), note: usually(whole(usual?.requests), formatCount) },
    {
      key: "p95",
      value: total.p95 === null ? "–" : formatMs(total.p95),
      note: usually(usual?.p95, formatMs),
      bad: total.p95 !== null && typeof usual?.p95 === "number" && total.p95 > 4 * Math.max(usual.p95, 50),
    },
    {
      key: "errors",
      value: formatCount(total.serverErrors),
      note: total.serverErrors === 0 ? t("noErrors") : t("ofRequests", { share: formatShare(share) }),
      bad: share > 0.01,
    },
    { key: "sent", value: formatBytes(total.bytesDown), note: usually(whole(usual?.bytesDown), formatBytes) },
    {
      key: "jobs",
      value: failed === null ? "–" : formatCount(failed),
      note: waiting === null ? t("notMeasured") : t("waiting", { count: Math.round(waiting) }),
      bad: failed !== null && failed > 0,
    },
    {
      key: "disk",
      value: disk ? formatBytes(disk.free) : "–",
      note: disk ? t("ofDisk", { size: formatBytes(disk.size) }) : t("noDisk"),
      bad: disk !== null && disk.free < disk.size / 10,
    },
  ];
  return (
    <dl className={cn("grid grid-cols-2 gap-3 lg:grid-cols-3 xl:grid-cols-6", at.length === 0 && "opacity-60")}>
      {figures.map(({ key, value, note, bad }) => (
        <div key={key} className="flex min-w-0 flex-col rounded-xl border bg-surface px-4 py-3">
          <dt className="text-[0.8125rem] text-ink-muted">{t(`figures.${key}`)}</dt>
          <dd className="min-w-0">
            <span className={cn("block truncate font-semibold text-xl leading-8 tabular-nums", bad && "text-danger")}>
              {value}
            </span>
            <span className="block text-ink-muted text-xs">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Of the disks that processes have measured, the one with the least room. */
function fullestDisk(traffic: Traffic): { free: number; size: number } | null {
  const sizes = new Map(gaugesOf(traffic, "diskSize").map(({ node, mean }) => [node, lastOf(mean)]));
  const disks = gaugesOf(traffic, "diskFree").flatMap(({ node, mean }) => {
    const [free, size] = [lastOf(mean), sizes.get(node) ?? null];
    return free === null || size === null ? [] : [{ free, size }];
  });
  return disks.sort((a, b) => a.free / a.size - b.free / b.size)[0] ?? null;
}
