"use client";

import type { BackupPart } from "@holdfast/contract";
import { Archive, FileClock, FolderOpen, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { EmptyState } from "@/components/feedback/state";
import { backupParts, openSnapshotFolder, snapshotPath } from "./snapshot-path";

type NoteProps = {
  id: string;
  stamp: string;
  part: BackupPart;
  instance: boolean;
  /** Whether there is more than the files. */
  parts: boolean;
};

/** What is shown here, and the way to the other parts of the backup where it has some. */
export function SnapshotNote({ id, stamp, part, instance, parts }: NoteProps) {
  const t = useTranslations("backups.snapshot");
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b bg-sunken px-4 py-1.5">
      <p className="flex min-w-48 flex-1 items-center gap-2 text-ink-muted text-xs">
        <Archive aria-hidden="true" className="size-3.5 shrink-0" />
        <span>{instance ? t("noteInstance") : t(`note.${part}`, { when: stamp })}</span>
      </p>
      {parts && <PartSwitch id={id} part={part} />}
    </div>
  );
}

function PartSwitch({ id, part }: Pick<NoteProps, "id" | "part">) {
  const t = useTranslations("backups.snapshot");
  return (
    <nav aria-label={t("parts")} className="flex gap-0.5 rounded-lg bg-hover p-0.5 max-sm:w-full">
      {backupParts.map((to) => {
        const onClick = (event: MouseEvent) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          if (to !== part) openSnapshotFolder(id, "", to);
        };
        return (
          <a
            key={to}
            href={snapshotPath(id, "", to)}
            onClick={onClick}
            aria-current={to === part ? "page" : undefined}
            className="whitespace-nowrap rounded-md px-3 py-1 text-center font-medium text-[0.8125rem] text-ink-muted leading-5 hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-sm max-sm:flex-auto"
          >
            {t(`part.${to}`)}
          </a>
        );
      })}
    </nav>
  );
}

const icons = { files: <FolderOpen />, versions: <FileClock />, trash: <Trash2 /> } as const;

/** Nothing in a folder, or in a whole part. */
export function SnapshotEmpty({ part }: { part: BackupPart }) {
  const t = useTranslations("backups.snapshot");
  return <EmptyState icon={icons[part]} title={t(`emptyTitle.${part}`)} body={t(`emptyBody.${part}`)} />;
}
