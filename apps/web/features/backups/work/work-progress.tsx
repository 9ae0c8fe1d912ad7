"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Progress } from "@/components/feedback/progress";
import { Rate } from "@/features/uploads/store/rate";
import { formatBytes, formatDuration } from "@/lib/format";

type WorkProgressProps = {
  label: string;
  /** What is counted, where it is not files. */
  unit?: string;
  filesDone: number;
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
  /** Bytes that the repository did not have; left out for restores. */
  bytesAdded?: number;
};

/** How fast a number that arrives now and then grows, in units a second; 0 while that is unknown. */
function useRate(value: number): number {
  const rate = useRef<Rate | null>(null);
  rate.current ??= new Rate();
  const [perSecond, setPerSecond] = useState(0);
  useEffect(() => {
    const sample = () => {
      rate.current?.add(value);
      setPerSecond(rate.current?.perSecond() ?? 0);
    };
    sample();
    const timer = setInterval(sample, 1000);
    return () => clearInterval(timer);
  }, [value]);
  return perSecond;
}

/** A bar over the facts of long work. The facts keep their places while the numbers run. */
export function WorkProgress(props: WorkProgressProps) {
  const { label, unit, filesDone, filesTotal, bytesDone, bytesTotal, bytesAdded } = props;
  const t = useTranslations("backups.progress");
  const perSecond = useRate(bytesDone);
  const fraction = bytesTotal > 0 ? bytesDone / bytesTotal : filesTotal > 0 ? filesDone / filesTotal : 0;
  const left = perSecond > 0 && bytesTotal > bytesDone ? (bytesTotal - bytesDone) / perSecond : null;
  // Before it has been counted, nothing is better than "0 of 0".
  const counted = filesTotal > 0 || bytesTotal > 0;
  const of = (done: string, all: string) => (counted ? t("of", { done, all }) : "–");
  const facts: [string, string][] = [
    [unit ?? t("files"), of(filesDone.toLocaleString("en"), filesTotal.toLocaleString("en"))],
    [t("bytes"), of(formatBytes(bytesDone), formatBytes(bytesTotal))],
    ...(bytesAdded === undefined ? [] : [[t("new"), counted ? formatBytes(bytesAdded) : "–"] as [string, string]]),
    [t("rate"), perSecond > 0 ? `${formatBytes(perSecond)}/s` : "–"],
    [t("left"), left === null ? "–" : formatDuration(left)],
  ];
  return (
    <div>
      <Progress value={fraction} label={label} className="h-2" />
      <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-2 sm:flex sm:flex-wrap sm:gap-x-8">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0 sm:min-w-18">
            <dt className="text-ink-muted text-xs">{name}</dt>
            <dd className="truncate font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
