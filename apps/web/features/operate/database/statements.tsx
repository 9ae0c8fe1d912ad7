"use client";

import type { DatabaseReport as Report } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Part } from "../figures";

const number = new Intl.NumberFormat("en-GB");

/** What took most of the time, with a bar for its share of that. */
export function Statements({ report }: { report: Report }) {
  const t = useTranslations("database");
  const { explanation, items } = report.statements;
  const most = Math.max(1, ...items.map(({ totalMs }) => totalMs));
  return (
    <Part title={t("statements")} body={explanation ?? t("statementsBody")}>
      {items.length > 0 && (
        <ol className="flex flex-col divide-y rounded-xl border">
          {items.slice(0, 15).map(({ text, calls, totalMs, meanMs, rows }) => (
            <li key={text} className="px-3.5 py-2.5">
              <details>
                <summary className="cursor-pointer list-none">
                  <span className="line-clamp-1 break-all font-mono text-xs">{text}</span>
                  <span className="mt-1.5 flex items-center gap-3 text-[0.8125rem] text-ink-muted tabular-nums">
                    <span aria-hidden="true" className="h-1.5 w-24 shrink-0 overflow-hidden rounded-full bg-sunken">
                      <span className="block h-full bg-accent" style={{ width: `${(100 * totalMs) / most}%` }} />
                    </span>
                    {t("statement", {
                      total: number.format(totalMs),
                      mean: meanMs,
                      calls,
                      rows,
                    })}
                  </span>
                </summary>
                <pre className="mt-2 whitespace-pre-wrap break-words rounded-lg bg-sunken p-3 font-mono text-xs">
                  {text}
                </pre>
              </details>
            </li>
          ))}
        </ol>
      )}
    </Part>
  );
}
