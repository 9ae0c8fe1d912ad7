"use client";

import type { Backup } from "@holdfast/contract";
import { deleteBackup, verifyBackup } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useConfirm } from "@/components/overlay/confirm";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { formatStamp } from "./when";

/** Does something to the backups, shows why where it fails, and reads again what it changed. Resolves to true when it is done. */
export function useAct() {
  const client = useQueryClient();
  const fail = useFailure();
  const act = async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await work();
      if (done) toast.success(done);
      return true;
    } catch (error) {
      fail(error, () => act(work, done));
      return false;
    } finally {
      await client.invalidateQueries({ queryKey: keys.backups });
    }
  };
  return act;
}

/** What can be done with a backup that has ended. */
export function useBackupActions() {
  const t = useTranslations("backups");
  const confirm = useConfirm();
  const act = useAct();
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
