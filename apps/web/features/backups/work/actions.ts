"use client";

import type { Backup } from "@holdfast/contract";
import { deleteBackup, verifyBackup } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useConfirm } from "@/components/overlay/confirm";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useAct } from "@/lib/request/use-act";
import { formatStamp } from "./when";

export const useBackupAct = () => useAct(keys.backups);

/** What can be done with a backup that has ended. */
export function useBackupActions() {
  const t = useTranslations("backups");
  const confirm = useConfirm();
  const act = useBackupAct();
  return {
    verify: (backup: Backup) => act(() => call(verifyBackup, { params: { id: backup.id } }), t("verifyStarted")),
    async remove(backup: Backup): Promise<boolean> {
      const failed = backup.snapshotId === null;
      const yes = await confirm({
        title: t("deleteTitle", { when: formatStamp(backup.backupDate ?? backup.createdAt) }),
        body: t(failed ? "deleteFailedBody" : "deleteBody"),
        action: t("delete"),
        danger: true,
      });
      return yes && act(() => call(deleteBackup, { params: { id: backup.id } }), t("deleted"));
    },
  };
}
