"use client";

import type { backupHealth, ResultOf } from "@holdfast/contract";
import { proofStatus, recoveryKit } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { call, urlOf } from "@/lib/api";
import { askForProof } from "@/lib/proof";
import { keys } from "@/lib/query";
import { useFailure } from "@/lib/use-failure";
import { useHealth } from "../work/queries";

type KitReminderProps = {
  /** Only once there is a backup of the instance, which nobody can read without the kit. */
  afterBackup?: boolean;
};

/** For admins: backups whose password lies on the lost server only are no backups. Gone once the kit has been downloaded. */
export function KitReminder({ afterBackup = false }: KitReminderProps) {
  const t = useTranslations("backups.proof");
  const { data: health } = useHealth();
  if (!health || !isReminded(health, afterBackup)) return null;
  return (
    <section
      aria-label={t("kitMissing")}
      className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border border-warning/40 bg-warning-soft px-4 py-3.5"
    >
      <KeyRound aria-hidden="true" className="size-5 shrink-0 text-warning" />
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{t("kitMissing")}</p>
        <p className="text-[0.8125rem] leading-5">{t("kitReminder")}</p>
      </div>
      <KitDownload primary />
    </section>
  );
}

export function isReminded(health: ResultOf<typeof backupHealth>, afterBackup: boolean): boolean {
  if (health.recoveryKitDownloadedAt) return false;
  return !afterBackup || health.lastInstanceBackup?.status === "completed";
}

export function KitDownload({ primary }: { primary: boolean }) {
  const t = useTranslations("backups.proof");
  const client = useQueryClient();
  const fail = useFailure();
  /** The kit opens every backup: the server asks who wants it, before the browser does. */
  const download = async () => {
    try {
      const { until } = await call(proofStatus);
      if (until === null && !(await askForProof())) return;
    } catch (error) {
      return fail(error);
    }
    const link = Object.assign(document.createElement("a"), {
      href: urlOf(recoveryKit, {}),
      download: "holdfast-recovery-kit.txt",
    });
    link.click();
    setTimeout(() => void client.invalidateQueries({ queryKey: keys.backups }), 1500);
  };
  return (
    <Button variant={primary ? "primary" : "secondary"} onClick={() => void download()}>
      {t("kitDownload")}
    </Button>
  );
}
