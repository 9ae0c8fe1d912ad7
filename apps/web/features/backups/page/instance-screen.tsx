"use client";

import { useTranslations } from "next-intl";
import { PageHeader } from "@/components/page/page-header";
import { Schedules } from "../schedules/schedules";
import { Targets } from "../targets/targets";
import { useTargets } from "../work/queries";
import { Section } from "../work/section";
import { AlertsNotice } from "./alerts-notice";
import { BackupCard } from "./backup-card";
import { History } from "./history";
import { KitReminder } from "./kit-reminder";
import { Proof } from "./proof";

/** The instance's backups, for admins: made, proven by a rehearsal, kept elsewhere, and restorable when all else is gone. */
export function InstanceBackupsScreen() {
  const t = useTranslations("backups");
  const targets = useTargets();
  const standard = targets.data?.items.find((target) => target.isDefault);
  return (
    <>
      <PageHeader title={t("instanceTitle")} body={t("instanceBody")} />
      <div className="w-full max-w-4xl px-4 pt-5 pb-12 sm:px-6">
        <AlertsNotice />
        <KitReminder afterBackup />
        <BackupCard scope="instance" target={standard} />
        <Proof />
        <Schedules scope="instance" />
        <Targets query={targets} />
        <Section title={t("history")} body={t("historyInstanceBody")}>
          <History scope="instance" />
        </Section>
      </div>
    </>
  );
}
