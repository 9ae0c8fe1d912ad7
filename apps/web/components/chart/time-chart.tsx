"use client";

import { ChartLine, Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { cn } from "@/lib/cn";
import { formatFull } from "@/lib/format";
import type { ChartSeries } from "./canvas";

/** The library comes with the first chart, and with no page that has none. */
const Canvas = dynamic(() => import("./canvas").then((module) => module.Canvas), { ssr: false });

export const dots: Record<ChartSeries["tone"], string> = {
  first: "bg-chart-1",
  second: "bg-chart-2",
  third: "bg-chart-3",
  danger: "bg-danger",
  warning: "bg-chart-4",
  muted: "bg-line-strong",
};

type TimeChartProps = {
  title: string;
  /** The same in a sentence, for who does not see it. */
  summary: string;
  /** Where each point begins. */
  at: readonly string[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  logarithmic?: boolean;
  className?: string;
};

/** Values over time as lines. The same is there as a sentence and as a table: by keys, and for who does not see lines. */
export function TimeChart({ title, summary, at, series, format, logarithmic, className }: TimeChartProps) {
  const t = useTranslations("chart");
  const heading = useId();
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const shown = pointed !== null && pointed < at.length ? pointed : null;
  const Icon = asTable ? ChartLine : Table2;
  return (
    <section
      aria-labelledby={heading}
      className={cn("flex min-w-0 flex-col rounded-xl border bg-surface p-4", className)}
    >
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 id={heading} className="font-semibold">
            {title}
          </h2>
          <p className="text-[0.8125rem] text-ink-muted leading-5">{summary}</p>
        </div>
        <button
          type="button"
          aria-pressed={asTable}
          aria-label={t("asTable", { title })}
          title={t(asTable ? "showChart" : "showTable")}
          onClick={() => setAsTable(!asTable)}
          className="-mt-1 -mr-1.5 grid size-8 shrink-0 place-items-center rounded-md text-ink-muted hover:bg-hover hover:text-ink"
        >
          <Icon aria-hidden="true" className="size-4" />
        </button>
      </div>
      {asTable ? (
        <SeriesTable title={title} at={at} series={series} format={format} />
      ) : (
        <>
          {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- what is drawn is a canvas */}
          <div role="img" aria-label={`${title}. ${summary}`} className="mt-2 h-44">
            <Canvas at={at} series={series} format={format} logarithmic={logarithmic} onPoint={setPointed} />
          </div>
          <ul className="mt-2 flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-ink-muted text-xs leading-5 tabular-nums">
            {series.map(({ label, tone, values }) => {
              const value = shown === null ? null : values[shown];
              return (
                <li key={label} className="flex items-center gap-1.5">
                  <span aria-hidden="true" className={cn("h-0.5 w-3 rounded-full", dots[tone])} />
                  {label}
                  {value !== null && value !== undefined && <b className="font-medium text-ink">{format(value)}</b>}
                </li>
              );
            })}
            {shown !== null && <li className="ml-auto">{formatFull(at[shown] as string)}</li>}
          </ul>
        </>
      )}
    </section>
  );
}

type TableProps = Pick<TimeChartProps, "title" | "at" | "series" | "format">;

/** Newest first. */
function SeriesTable({ title, at, series, format }: TableProps) {
  const t = useTranslations("chart");
  const rows = at.map((time, index) => ({ time, index })).reverse();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- what scrolls has to be reached by keys
    <div role="group" aria-label={title} tabIndex={0} className="mt-2 h-51 overflow-auto">
      <table className="w-full text-[0.8125rem] tabular-nums">
        <thead className="sticky top-0 bg-surface text-ink-muted text-xs">
          <tr>
            <th scope="col" className="py-1 pr-3 text-left font-medium">
              {t("time")}
            </th>
            {series.map(({ label }) => (
              <th key={label} scope="col" className="py-1 pl-3 text-right font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, index }) => (
            <tr key={time} className="border-t">
              <th scope="row" className="whitespace-nowrap py-1 pr-3 text-left font-normal">
                {formatFull(time)}
              </th>
              {series.map(({ label, values }) => {
                const value = values[index];
                return (
                  <td key={label} className="py-1 pl-3 text-right">
                    {value === null || value === undefined ? "–" : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
