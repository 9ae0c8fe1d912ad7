"use client";

import type { Rewind } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";

const kinds = ["contents", "restored", "moved", "trashed"] as const;

/** What a rewind would do, or did; and what it cannot. */
export function RewindPlan({ rewind, ended = false }: { rewind: Rewind; ended?: boolean }) {
  const t = useTranslations("suspicious.rewind");
  const { plan, sample, notDone, exact } = rewind;
  if (!plan) return null;
  const counts = kinds.filter((kind) => plan[kind] > 0);
  return (
    <div className="flex flex-col gap-3 text-sm">
      {counts.length === 0 ? (
        <p className="text-ink-muted">{t("nothing")}</p>
      ) : (
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5 rounded-lg border px-3.5 py-3">
          {counts.map((kind) => (
            <div key={kind} className="contents">
              <dt className="text-right font-medium tabular-nums">{t("number", { count: plan[kind] })}</dt>
              <dd className="text-ink-muted">{t(`will.${kind}`, { count: plan[kind] })}</dd>
            </div>
          ))}
        </dl>
      )}
      {!ended && sample.length > 0 && <Lines title={t("sample", { count: sample.length })} lines={sample} />}
      {(plan.lost > 0 || notDone.length > 0) && (
        <div className="rounded-lg bg-warning-soft px-3 py-2.5 text-[0.8125rem] leading-5">
          <p className="font-medium">{t("lost", { count: Math.max(plan.lost, notDone.length) })}</p>
          <p>{t("lostHelp")}</p>
          <Lines title={t("lostList")} lines={notDone} />
        </div>
      )}
      {!exact && <p className="text-[0.8125rem] text-ink-muted leading-5">{t("notExact")}</p>}
      {ended && (
        <p className="text-[0.8125rem] text-ink-muted leading-5">
          {t("undo")} <Time at={rewind.createdAt} style="full" />
        </p>
      )}
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: Rewind["sample"] }) {
  const t = useTranslations("suspicious.rewind");
  if (lines.length === 0) return null;
  return (
    <details>
      <summary className="cursor-pointer text-[0.8125rem] text-ink-muted hover:text-ink">{title}</summary>
      <ul className="mt-1.5 divide-y rounded-lg border text-[0.8125rem]">
        {lines.map((line) => (
          <li key={`${line.fileId} ${line.what}`} className="flex gap-3 px-3 py-1.5">
            <span className="min-w-0 flex-1 truncate">{line.name}</span>
            <span className="shrink-0 text-ink-muted">{t(`what.${line.what}`)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
