"use client";

import type { Backup, BackupTarget } from "@holdfast/contract";
import { createBackup, deleteBackup } from "@holdfast/contract/client";
import { CircleAlert, HardDrive, ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, Spinner } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { Time } from "@/components/text/time";
import { useSession } from "@/features/auth/session";
import { call } from "@/lib/api";
import { cn } from "@/lib/cn";
import { WithVersionsBox } from "../schedules/with-versions-box";
import { useBackupAct, useBackupActions } from "../work/actions";
import { isUnderWay, isVerifying, type Scope, useBackups } from "../work/queries";
import { WorkProgress } from "../work/work-progress";

type Look = "good" | "unproven" | "bad" | "none" | "busy";

const looks: Record<Look, { box: string; icon: ReactNode }> = {
  good: { box: "bg-success-soft text-success", icon: <ShieldCheck /> },
  unproven: { box: "bg-warning-soft text-warning", icon: <ShieldQuestion /> },
  bad: { box: "bg-danger-soft text-danger", icon: <ShieldAlert /> },
  none: { box: "bg-accent-soft text-accent-text", icon: <ShieldQuestion /> },
  busy: { box: "bg-accent-soft text-accent-text", icon: <Spinner className="size-7" /> },
};

/** What the newest backups say: how well the files are kept, in one word. */
function lookOf(newest: Backup | undefined): Look {
  if (!newest) return "none";
  if (isUnderWay(newest)) return "busy";
  if (newest.status === "failed") return "bad";
  if (newest.status === "cancelled") return "unproven";
  return newest.verifiedAt && !newest.error ? "good" : "unproven";
}

type CardProps = {
  scope: Scope;
  /** Of scope space: the team. */
  spaceId?: string;
  target: BackupTarget | undefined;
};

/** How things stand, and the one button. While a backup runs, how far it is. */
export function BackupCard({ scope, spaceId, target }: CardProps) {
  const t = useTranslations("backups");
  const act = useBackupAct();
  const { verify } = useBackupActions();
  const { query, backups } = useBackups(scope, spaceId);
  const [starting, setStarting] = useState(false);
  const [cancelled, setCancelled] = useState<string | null>(null);
  const [chosen, setChosen] = useState<boolean | null>(null);

  if (query.isPending) return <div aria-hidden="true" className="skeleton h-40 rounded-2xl" />;
  if (query.error && backups.length === 0) {
    return (
      <ErrorState
        title={t("failed.backups")}
        error={query.error}
        onRetry={() => void query.refetch()}
        className="rounded-2xl border py-8"
      />
    );
  }
  const newest = backups[0];
  const look = lookOf(newest);
  const proven = backups.find((backup) => backup.status === "completed");
  // As it was done by hand the last time.
  const withVersions = chosen ?? backups.find(({ backupType }) => backupType === "one_click")?.withVersions ?? false;
  const start = async () => {
    setStarting(true);
    await act(() =>
      call(createBackup, { body: { scope, spaceId, withVersions, ...(target ? { targetId: target.id } : {}) } }),
    );
    setStarting(false);
  };
  const title = t(
    look === "none"
      ? `card.none.${scope}`
      : look === "busy"
        ? `card.phase.${newest?.phase ?? "waiting"}`
        : look === "good"
          ? `card.good.${scope}`
          : look === "bad"
            ? "card.failed"
            : newest?.status === "cancelled"
              ? "card.cancelled"
              : "card.unproven",
  );
  return (
    <section aria-label={t("card.label")} className="rounded-2xl border bg-raised p-5 sm:p-6">
      <div className="flex flex-col gap-x-5 gap-y-4 sm:flex-row sm:items-center">
        <div className="flex min-w-0 flex-1 gap-4">
          <div
            aria-hidden="true"
            className={cn("grid size-13 shrink-0 place-items-center rounded-2xl [&_svg]:size-7", looks[look].box)}
          >
            {looks[look].icon}
          </div>
          <div className="min-w-0 flex-1">
            <h2 aria-live="polite" className="text-balance font-semibold text-lg leading-7">
              {title}
            </h2>
            <CardBody look={look} scope={scope} newest={newest} proven={proven} />
            {scope !== "instance" && look !== "busy" && (
              <WithVersionsBox checked={withVersions} onChange={setChosen} className="mt-2.5 text-ink-muted" />
            )}
          </div>
        </div>
        {newest && look === "busy" ? (
          <Button
            size="lg"
            className="sm:self-start"
            busy={cancelled === newest.id}
            onClick={async () => {
              setCancelled(newest.id);
              const told = await act(() => call(deleteBackup, { params: { id: newest.id } }));
              if (!told) setCancelled(null);
            }}
          >
            {t(cancelled === newest.id ? "cancelling" : "cancel")}
          </Button>
        ) : (
          <Button variant="primary" size="lg" busy={starting} onClick={() => void start()} className="sm:px-7">
            {t("backUpNow")}
          </Button>
        )}
      </div>
      {newest && look === "busy" && (
        <div className="mt-5">
          <WorkProgress
            label={title}
            filesDone={newest.filesDone}
            filesTotal={Math.max(newest.filesTotal, newest.filesDone)}
            bytesDone={newest.bytesDone}
            bytesTotal={Math.max(newest.bytesTotal, newest.bytesDone)}
            bytesAdded={newest.bytesAdded}
          />
        </div>
      )}
      {newest?.error && look !== "good" && (
        <p className="mt-4 flex gap-2.5 rounded-lg bg-danger-soft px-3 py-2.5 text-danger">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 break-words">{newest.error}</span>
        </p>
      )}
      {newest && look === "unproven" && newest.status === "completed" && (
        <Button className="mt-3" busy={isVerifying(newest)} onClick={() => void verify(newest)}>
          {t("verifyNow")}
        </Button>
      )}
      {target?.sameDisk && <SameDisk scope={scope} />}
    </section>
  );
}

type BodyProps = { look: Look; scope: Scope; newest: Backup | undefined; proven: Backup | undefined };

function CardBody({ look, scope, newest, proven }: BodyProps) {
  const t = useTranslations("backups");
  if (look === "none" || !newest) return <p className="text-ink-muted">{t(`card.noneBody.${scope}`)}</p>;
  if (look === "busy") return <p className="text-ink-muted">{t("card.busyBody", { target: newest.targetName })}</p>;
  if (!proven) return <p className="text-ink-muted">{t("card.noGood")}</p>;
  return (
    <p className="text-ink-muted">
      {t.rich("card.last", {
        target: proven.targetName,
        when: () => <Time at={proven.backupDate ?? proven.createdAt} style="full" />,
      })}{" "}
      {isVerifying(proven)
        ? t("card.verifying")
        : proven.verifiedAt &&
          t.rich("card.verified", { when: () => <Time at={proven.verifiedAt ?? ""} style="full" /> })}
    </p>
  );
}

/** An administrator can do something about it at once; everybody else knows whom to ask. */
function SameDisk({ scope }: { scope: Scope }) {
  const t = useTranslations("backups");
  const { user } = useSession();
  return (
    <p className="mt-4 flex gap-2.5 rounded-lg bg-warning-soft px-3 py-2.5 text-[0.8125rem] leading-5">
      <HardDrive aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warning" />
      <span className="min-w-0">
        {t(`sameDisk.${scope}`)}{" "}
        {user?.role !== "admin" ? (
          t("sameDisk.ask")
        ) : (
          <Link href="/admin/backups#targets" className="font-medium text-accent-text underline underline-offset-2">
            {t("sameDisk.add")}
          </Link>
        )}
      </span>
    </p>
  );
}
