"use client";

import type { Backup, Space } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { BackupCard } from "@/features/backups/page/backup-card";
import { History } from "@/features/backups/page/history";
import { RestoreDialog, type RestoreSource } from "@/features/backups/restores/restore-dialog";
import { Restores } from "@/features/backups/restores/restores";
import { Schedules } from "@/features/backups/schedules/schedules";
import { useTargets } from "@/features/backups/work/queries";
import { Section } from "@/features/backups/work/section";

/** Backups of a team, as of one's own files: what is restored goes back into the team. */
export function TeamBackups({ team }: { team: Space }) {
  const t = useTranslations("backups");
  const targets = useTargets();
  const [restoring, setRestoring] = useState<RestoreSource | null>(null);
  const standard = targets.data?.items.find((target) => target.isDefault);
  const restoreAll = (backup: Backup) => setRestoring({ backup, paths: null, what: null });
  const which = { scope: "space", spaceId: team.id } as const;
  return (
    <>
      <BackupCard {...which} target={standard} />
      <Restores />
      <Schedules {...which} />
      <Section title={t("history")}>
        <History {...which} onRestore={restoreAll} />
      </Section>
      <RestoreDialog source={restoring} onClose={() => setRestoring(null)} />
    </>
  );
}
