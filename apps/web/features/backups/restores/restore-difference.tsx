"use client";

import type { previewRestore, ResultOf } from "@holdfast/contract";
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button, Spinner } from "@/components/button/button";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";

type Preview = ResultOf<typeof previewRestore>;

const colours = {
  new: "text-success",
  changed: "text-warning",
  kept: "text-accent-text",
} as const;

/** What a restore would do, before it does anything: how many files of each kind, how much, and which. */
export function RestoreDifference({ query }: { query: UseQueryResult<Preview> }) {
  const t = useTranslations("backups.difference");
  const common = useTranslations("common");
  const { data } = query;
  if (query.error) {
    return (
      <div role="alert" className="flex items-center gap-3 rounded-xl bg-danger-soft px-4 py-3 text-danger">
        <p className="min-w-0 flex-1">{problemOf(query.error).message}</p>
        <Button size="sm" onClick={() => void query.refetch()}>
          {common("tryAgain")}
        </Button>
      </div>
    );
  }
  const kinds = ["new", "changed", "same", "kept"] as const;
  return (
    <section aria-label={t("title")} aria-busy={!data} className="rounded-xl bg-sunken p-4">
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-medium">{t("title")}</h3>
        {data ? (
          <span className="text-ink-muted text-xs tabular-nums">{t("bytes", { size: formatBytes(data.bytes) })}</span>
        ) : (
          <Spinner className="text-ink-muted" />
        )}
      </div>
      <dl className="mt-3 grid grid-cols-4 gap-2">
        {kinds.map((kind) => (
          <div key={kind} className="flex min-w-0 flex-col-reverse">
            <dt className="truncate text-ink-muted text-xs">{t(kind)}</dt>
            <dd className={cn("font-semibold text-lg tabular-nums", kind !== "same" && data?.[kind] && colours[kind])}>
              {data ? data[kind].toLocaleString("en") : "–"}
            </dd>
          </div>
        ))}
      </dl>
      {data && data.items.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
        <ul tabIndex={0} aria-label={t("list")} className="mt-3 max-h-44 overflow-y-auto rounded-lg border bg-surface">
          {data.items.map((item) => (
            <li
              key={item.path}
              className="flex items-baseline gap-3 border-b px-3 py-1.5 text-[0.8125rem] last:border-b-0"
            >
              <span className="min-w-0 flex-1 break-all">{item.path}</span>
              <span className="shrink-0 text-ink-muted text-xs tabular-nums">{formatBytes(item.fileSize)}</span>
              <span className={cn("w-16 shrink-0 text-right text-xs", colours[item.what])}>{t(item.what)}</span>
            </li>
          ))}
        </ul>
      )}
      {data && data.new + data.changed + data.kept > data.items.length && (
        <p className="mt-2 text-ink-muted text-xs">
          {t("more", { count: data.new + data.changed + data.kept - data.items.length })}
        </p>
      )}
    </section>
  );
}
