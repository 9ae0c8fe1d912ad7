"use client";

import type { Restore } from "@holdfast/contract";
import { cancelRestore } from "@holdfast/contract/client";
import { CircleCheck, CircleX, FolderOpen } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass, Spinner } from "@/components/button/button";
import { folderPath } from "@/features/files/navigation/links";
import { call } from "@/lib/api";
import { useBackupAct } from "../work/actions";
import { isUnderWay, useRestores } from "../work/queries";
import { Section } from "../work/section";
import { formatStamp } from "../work/when";
import { WorkProgress } from "../work/work-progress";

/** Restores that run, and the last that ended. Nothing at all before the first. */
export function Restores() {
  const t = useTranslations("backups");
  const query = useRestores();
  const restores = query.data?.items ?? [];
  const shown = restores.filter((restore, index) => isUnderWay(restore) || index < 3);
  if (shown.length === 0) return null;
  return (
    <Section title={t("restores")}>
      <ul className="divide-y overflow-hidden rounded-2xl border">
        {shown.map((restore) => (
          <li key={restore.id} className="px-4 py-3">
            <RestoreStatus restore={restore} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** One restore: how far it is, or how it ended and where the files are. `own`: they are the reader's. */
export function RestoreStatus({ restore, own = true }: { restore: Restore; own?: boolean }) {
  const t = useTranslations("backups");
  const act = useBackupAct();
  const [cancelling, setCancelling] = useState(false);
  const underWay = isUnderWay(restore);
  const title = t(`restore.status.${restore.status}`, { count: restore.filesDone });
  const facts = [
    formatStamp(restore.finishedAt ?? restore.createdAt),
    restore.mode === "in-place"
      ? t("restore.intoPlace")
      : restore.folderName
        ? t("restore.intoFolder", { folder: restore.folderName })
        : t("restore.intoNew"),
    ...(restore.filesSame > 0 ? [t("restore.same", { count: restore.filesSame })] : []),
    ...(restore.filesKept > 0 ? [t("restore.kept", { count: restore.filesKept })] : []),
  ];
  return (
    <div>
      <div className="flex items-center gap-3">
        {underWay ? (
          <Spinner className="size-5 shrink-0 text-accent-text" />
        ) : restore.status === "completed" ? (
          <CircleCheck aria-hidden="true" className="size-5 shrink-0 text-success" />
        ) : (
          <CircleX aria-hidden="true" className="size-5 shrink-0 text-danger" />
        )}
        <div className="min-w-0 flex-1">
          <output className="block font-medium">{title}</output>
          <p className="break-words text-ink-muted text-xs leading-5">{facts.join(" · ")}</p>
        </div>
        {underWay ? (
          <Button
            size="sm"
            busy={cancelling}
            onClick={async () => {
              setCancelling(true);
              if (!(await act(() => call(cancelRestore, { params: { id: restore.id } })))) setCancelling(false);
            }}
          >
            {t(cancelling ? "cancelling" : "cancel")}
          </Button>
        ) : (
          restore.status === "completed" &&
          own && (
            <Link href={folderPath(restore.folderId)} className={buttonClass({ size: "sm" })}>
              <FolderOpen />
              {t("restore.show")}
            </Link>
          )
        )}
      </div>
      {restore.error && <p className="mt-2 break-words text-danger text-xs leading-5">{restore.error}</p>}
      {underWay && (
        <div className="mt-3">
          <WorkProgress
            label={title}
            filesDone={restore.filesDone}
            filesTotal={restore.filesTotal}
            bytesDone={restore.bytesDone}
            bytesTotal={restore.bytesTotal}
          />
        </div>
      )}
      {restore.kept.length > 0 && !underWay && (
        <details className="mt-2 text-xs">
          <summary className="w-fit cursor-pointer rounded-md text-ink-muted leading-6">
            {t("restore.keptList")}
          </summary>
          <ul className="mt-1 flex max-h-40 flex-col gap-0.5 overflow-y-auto break-all">
            {restore.kept.map((path) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
