"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { buttonClass } from "@/components/button/button";
import { formatBytes, formatDuration } from "@/lib/format";
import { useOnline } from "@/lib/use-online";
import type { UploadEngine } from "../engine";
import type { UploadTotals } from "../store/tally";
import type { PauseReason } from "../types";

/** In whole: half a sentence helps nobody out of it. */
export function WhyPaused({ reason }: { reason: PauseReason }) {
  const t = useTranslations("uploads");
  return (
    <div className="px-4 pb-2.5">
      <p role="alert" className="text-[0.8125rem] text-danger leading-5">
        {reason.message}
      </p>
      {reason.code === "quota_exceeded" && (
        <Link href="/trash" className={buttonClass({ size: "sm", className: "mt-2" })}>
          {t("openTrash")}
        </Link>
      )}
    </div>
  );
}

export function Summary({ totals, engine, active }: { totals: UploadTotals; engine: UploadEngine; active: number }) {
  const t = useTranslations("uploads");
  const online = useOnline();
  const { paused, reach } = engine.scheduler;
  if (active > 0 && !paused && !online) return t("offline");
  if (active > 0 && !paused && reach.away) return t("away");
  const parts = [
    active > 0
      ? t("ofBytes", { sent: formatBytes(totals.sent), all: formatBytes(totals.bytes) })
      : formatBytes(totals.sent),
  ];
  // Where nothing is on its way, the last seconds say nothing about the next.
  if (totals.counts.sending > 0 && !paused) {
    if (totals.rate > 0) parts.push(`${formatBytes(totals.rate)}/s`);
    if (totals.secondsLeft !== null) parts.push(t("left", { time: formatDuration(totals.secondsLeft) }));
  }
  return parts.join(" · ");
}

/** Says politely that uploads began and ended, and not each of thousands. */
export function Announcer({ active, done, failed }: { active: number; done: number; failed: number }) {
  const t = useTranslations("uploads");
  const [text, setText] = useState("");
  const before = useRef(0);
  useEffect(() => {
    if (before.current === 0 && active > 0) setText(t("announceStart", { count: active }));
    if (before.current > 0 && active === 0) setText(t("announceEnd", { done, failed }));
    before.current = active;
  }, [active, done, failed, t]);
  return (
    <output className="sr-only" aria-live="polite">
      {text}
    </output>
  );
}
