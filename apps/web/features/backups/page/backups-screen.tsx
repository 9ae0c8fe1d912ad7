"use client";

import type { Backup } from "@holdfast/contract";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { buttonClass } from "@/components/button/button";
import { PageHeader } from "@/components/page/page-header";
import { useSession } from "@/features/auth/session";
import { RestoreDialog, type RestoreSource } from "../restores/restore-dialog";
import { Restores } from "../restores/restores";
import { Schedules } from "../schedules/schedules";
import { useTargets } from "../work/queries";
import { Section } from "../work/section";
import { BackupCard } from "./backup-card";
import { History } from "./history";
import { KitReminder } from "./kit-reminder";

/** My backups: one button, how things stand, and the way back. */
export function BackupsScreen() {
  const t = useTranslations("backups");
  const { user } = useSession();
  const targets = useTargets();
  const [restoring, setRestoring] = useState<RestoreSource | null>(null);
  const standard = targets.data?.items.find((target) => target.isDefault);
  const restoreAll = (backup: Backup) => setRestoring({ backup, paths: null, what: null });
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        {user?.role === "admin" && (
          <Link href="/admin/backups" className={buttonClass()}>
            {t("toInstance")}
          </Link>
        )}
      </PageHeader>
      <div className="w-full max-w-4xl px-4 pt-5 pb-12 sm:px-6">
        {user?.role === "admin" && <KitReminder />}
        <BackupCard scope="account" target={standard} />
        <Restores />
        <Schedules scope="account" />
        <Section title={t("history")}>
          <History scope="account" onRestore={restoreAll} />
        </Section>
      </div>
      <RestoreDialog source={restoring} onClose={() => setRestoring(null)} />
    </>
  );
}
