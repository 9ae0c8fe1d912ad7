"use client";

import type { Backup } from "@holdfast/contract";
import { Archive, CalendarClock, FolderOpen, RotateCcw, ShieldCheck, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { MenuItem, MenuPopup, MenuRoot, MoreMenuButton } from "@/components/overlay/menu";
import { cn } from "@/lib/cn";
import { formatBytes, formatDuration } from "@/lib/format";
import { snapshotPath } from "../snapshots/snapshot-path";
import { useBackupActions } from "../work/actions";
import { isUnderWay, type Scope, useBackups } from "../work/queries";
import { StateBadge, stateOf } from "../work/state-badge";
import { formatStamp, secondsBetween } from "../work/when";

type HistoryProps = {
  scope: Scope;
  /** Of scope space: the team. */
  spaceId?: string;
  onRestore?: (backup: Backup) => void;
};

/** Every backup that has ended, newest first: what it holds, what it cost, whether it is proven, and why it failed. */
export function History({ scope, spaceId, onRestore }: HistoryProps) {
  const t = useTranslations("backups");
  const { query, backups } = useBackups(scope, spaceId);
  const ended = backups.filter((backup) => !isUnderWay(backup));
  if (ended.length === 0) return <p className="px-1 text-ink-muted">{t("historyEmpty")}</p>;
  return (
    <>
      <ul className="divide-y overflow-hidden rounded-2xl border">
        {ended.map((backup) => (
          <HistoryRow key={backup.id} backup={backup} onRestore={onRestore} />
        ))}
      </ul>
      <LoadMore query={query} className="px-0 pb-0" />
    </>
  );
}

function HistoryRow({ backup, onRestore }: { backup: Backup; onRestore?: (backup: Backup) => void }) {
  const t = useTranslations("backups");
  const { verify, remove } = useBackupActions();
  const stamp = formatStamp(backup.backupDate ?? backup.createdAt);
  const completed = backup.status === "completed";
  const state = stateOf(backup);
  const seconds = secondsBetween(backup.startedAt, backup.finishedAt);
  const facts = [
    t(`type.${backup.backupType}`),
    ...(completed ? [t("files", { count: backup.filesDone }), formatBytes(backup.bytesDone)] : []),
    ...(completed ? [t("newBytes", { size: formatBytes(backup.bytesAdded) })] : []),
    ...(seconds === null ? [] : [formatDuration(seconds)]),
    backup.targetName,
    ...(backup.withVersions ? [t("withVersions.fact")] : []),
  ];
  const Icon = backup.backupType === "scheduled" ? CalendarClock : Archive;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover/60">
      <Icon aria-hidden="true" strokeWidth={1.6} className={cn("size-6 shrink-0 text-ink-muted max-sm:hidden")} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          {completed ? (
            <Link
              href={snapshotPath(backup.id)}
              className="rounded-md font-medium tabular-nums underline-offset-2 hover:underline"
            >
              {stamp}
            </Link>
          ) : (
            <span className="font-medium tabular-nums">{stamp}</span>
          )}
          <StateBadge state={state} />
        </div>
        <p className="text-ink-muted text-xs leading-5">{facts.join(" · ")}</p>
        {backup.error && <p className="break-words text-danger text-xs leading-5">{backup.error}</p>}
      </div>
      {completed && (
        <Link
          href={snapshotPath(backup.id)}
          aria-label={t("browseName", { when: stamp })}
          className={buttonClass({ variant: "secondary", size: "sm", className: "max-sm:hidden" })}
        >
          <FolderOpen />
          {t("browse")}
        </Link>
      )}
      <MenuRoot>
        <MoreMenuButton label={t("actionsFor", { when: stamp })} className="-mr-2" />
        <MenuPopup align="end" label={t("actionsFor", { when: stamp })}>
          {completed && (
            <MenuItem icon={<FolderOpen />} render={<Link href={snapshotPath(backup.id)} />}>
              {t("browse")}
            </MenuItem>
          )}
          {completed && onRestore && (
            <MenuItem icon={<RotateCcw />} onClick={() => onRestore(backup)}>
              {t("restoreAll")}
            </MenuItem>
          )}
          {completed && (
            <MenuItem icon={<ShieldCheck />} disabled={state === "verifying"} onClick={() => void verify(backup)}>
              {t("verifyNow")}
            </MenuItem>
          )}
          <MenuItem icon={<Trash2 />} danger onClick={() => void remove(backup)}>
            {t("delete")}
          </MenuItem>
        </MenuPopup>
      </MenuRoot>
    </li>
  );
}
