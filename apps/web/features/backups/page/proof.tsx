"use client";

import type { Rehearsal } from "@holdfast/contract";
import { rehearseNow } from "@holdfast/contract/client";
import { FileKey2, HeartPulse, ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { Time } from "@/components/text/time";
import { call, hasCode } from "@/lib/api";
import { cn } from "@/lib/cn";
import { formatBytes, formatDuration } from "@/lib/format";
import { useBackupAct } from "../work/actions";
import { useHealth } from "../work/queries";
import { Section } from "../work/section";
import { secondsBetween } from "../work/when";
import { isReminded, KitDownload } from "./kit-reminder";

/** Whether the backups would serve: the last rehearsal, the state of the files themselves, and the kit for the worst day. */
export function Proof() {
  const t = useTranslations("backups.proof");
  const act = useBackupAct();
  const query = useHealth();
  const [asking, setAsking] = useState(false);
  if (query.isPending) {
    return (
      <Section title={t("title")}>
        <div aria-hidden="true" className="skeleton h-56 rounded-2xl" />
      </Section>
    );
  }
  if (query.error && !query.data) {
    return (
      <Section title={t("title")}>
        {hasCode(query.error, "not_found") ? (
          <p className="px-1 text-ink-muted">{t("unavailable")}</p>
        ) : (
          <ErrorState
            title={t("notLoaded")}
            error={query.error}
            onRetry={() => void query.refetch()}
            className="rounded-2xl border py-8"
          />
        )}
      </Section>
    );
  }
  const health = query.data;
  const running = health.lastRehearsal?.status === "running";
  const { scrub } = health;
  return (
    <Section title={t("title")}>
      <ul className="divide-y overflow-hidden rounded-2xl border">
        <Item
          good={!health.rehearsalOverdue}
          icon={health.rehearsalOverdue ? <ShieldAlert /> : <ShieldCheck />}
          title={
            health.lastProvenRestorable
              ? t.rich("proven", { when: () => <Time at={health.lastProvenRestorable ?? ""} style="full" /> })
              : t("neverProven")
          }
          body={<RehearsalFacts rehearsal={health.lastRehearsal} overdue={health.rehearsalOverdue} />}
        >
          <Button
            busy={asking || running}
            disabled={health.lastInstanceBackup?.status !== "completed"}
            onClick={async () => {
              setAsking(true);
              await act(() => call(rehearseNow), t("rehearsalStarted"));
              setAsking(false);
            }}
          >
            {t(running ? "rehearsing" : "rehearse")}
          </Button>
        </Item>
        <Item
          good={scrub.bad === 0 && (scrub.neverRead < scrub.segments || scrub.segments === 0)}
          icon={<HeartPulse />}
          title={t(
            scrub.bad > 0
              ? "scrubBad"
              : scrub.neverRead === 0
                ? "scrubGood"
                : scrub.neverRead < scrub.segments
                  ? "scrubPartly"
                  : "scrubFresh",
            { count: scrub.bad },
          )}
          body={
            <>
              {t("scrub", { count: scrub.segments, read: scrub.segments - scrub.neverRead })}{" "}
              {scrub.oldestReadAt &&
                t.rich("scrubOldest", { when: () => <Time at={scrub.oldestReadAt ?? ""} style="day" /> })}
            </>
          }
        />
        <Item
          good={health.recoveryKitDownloadedAt !== null}
          icon={<FileKey2 />}
          title={
            health.recoveryKitDownloadedAt
              ? t.rich("kitTaken", { when: () => <Time at={health.recoveryKitDownloadedAt ?? ""} style="day" /> })
              : t("kitMissing")
          }
          body={t("kitBody")}
        >
          {/* The reminder at the top of the page has the button until then. */}
          {!isReminded(health, true) && <KitDownload primary={!health.recoveryKitDownloadedAt} />}
        </Item>
      </ul>
    </Section>
  );
}

type ItemProps = { good: boolean; icon: ReactNode; title: ReactNode; body: ReactNode; children?: ReactNode };

function Item({ good, icon, title, body, children }: ItemProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 sm:flex-nowrap">
      <div className="flex min-w-0 flex-1 basis-64 gap-3.5">
        <span
          aria-hidden="true"
          className={cn(
            "grid size-9 shrink-0 place-items-center rounded-xl [&_svg]:size-5",
            good ? "bg-success-soft text-success" : "bg-warning-soft text-warning",
          )}
        >
          {icon}
        </span>
        <div className="min-w-0">
          <p className="font-medium">{title}</p>
          <div className="text-[0.8125rem] text-ink-muted leading-5">{body}</div>
        </div>
      </div>
      {children}
    </li>
  );
}

function RehearsalFacts({ rehearsal, overdue }: { rehearsal: Rehearsal | null; overdue: boolean }) {
  const t = useTranslations("backups.proof");
  const seconds = rehearsal && secondsBetween(rehearsal.startedAt, rehearsal.finishedAt);
  if (!rehearsal) return <p>{t("rehearsalBody")}</p>;
  const compared = t("compared", {
    rows: rehearsal.rowsCompared,
    segments: rehearsal.segmentsCompared,
    size: formatBytes(rehearsal.bytesCompared),
  });
  return (
    <>
      <p aria-live="polite">
        {rehearsal.status === "running"
          ? t("rehearsalRunning", { compared })
          : rehearsal.status === "completed"
            ? t("rehearsalDone", { compared, time: formatDuration(seconds ?? 0) })
            : t("rehearsalFailed")}
        {overdue && rehearsal.status !== "running" && ` ${t("overdue")}`}
      </p>
      {rehearsal.error && <p className="break-words text-danger">{rehearsal.error}</p>}
    </>
  );
}
