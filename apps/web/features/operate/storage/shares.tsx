import type { StorageStats } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { formatBytes } from "@/lib/format";

type Share = { key: string; label: string; files?: number; bytes: number };

/** Files by kind, by age, and backups by target. */
export function Shares({ stats }: { stats: StorageStats }) {
  const t = useTranslations("adminStorage.shares");
  const order = ["month", "year", "threeYears", "older"];
  const ages = [...stats.ages].sort((a, b) => order.indexOf(a.age) - order.indexOf(b.age));
  return (
    <div className="grid gap-4 lg:grid-cols-3">
      <Bars
        title={t("kinds")}
        shares={stats.kinds.map((each) => ({ ...each, key: each.kind, label: t(`kind.${each.kind}`) }))}
      />
      <Bars title={t("ages")} shares={ages.map((each) => ({ ...each, key: each.age, label: t(`age.${each.age}`) }))} />
      <Bars
        title={t("backups")}
        shares={stats.backups.map((each) => ({ key: each.target, label: each.target, bytes: each.bytes }))}
      />
    </div>
  );
}

function Bars({ title, shares }: { title: string; shares: readonly Share[] }) {
  const t = useTranslations("adminStorage.shares");
  const heading = useId();
  const most = Math.max(1, ...shares.map(({ bytes }) => bytes));
  return (
    <section aria-labelledby={heading} className="min-w-0 rounded-xl border bg-surface p-4">
      <h2 id={heading} className="font-semibold">
        {title}
      </h2>
      {shares.length === 0 ? (
        <p className="mt-2 text-[0.8125rem] text-ink-muted">{t("nothing")}</p>
      ) : (
        <ul className="mt-3 flex flex-col gap-2.5 text-[0.8125rem]">
          {shares.map(({ key, label, files, bytes }) => (
            <li key={key}>
              <div className="flex justify-between gap-3">
                <span className="truncate">{label}</span>
                <span className="shrink-0 tabular-nums">
                  {files !== undefined && <span className="mr-2 text-ink-muted">{t("files", { count: files })}</span>}
                  {formatBytes(bytes)}
                </span>
              </div>
              <div aria-hidden="true" className="mt-1 h-1.5 overflow-hidden rounded-full bg-hover">
                <div className="h-full rounded-full bg-chart-1" style={{ width: `${(bytes / most) * 100}%` }} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
