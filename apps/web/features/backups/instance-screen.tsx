"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { PageHeader } from "@/components/page-header";
import { EmptyState } from "@/components/state";
import { AlertsNotice } from "@/features/admin/alerts-notice";
import { useSession } from "@/features/auth/session";
import { BackupCard } from "./backup-card";
import { History } from "./history";
import { KitReminder } from "./kit-reminder";
import { Proof } from "./proof";
import { useTargets } from "./queries";
import { Schedules } from "./schedules";
import { Section } from "./section";
import { Targets } from "./targets";

/** The instance's backups, for admins: made, proven by a rehearsal, kept elsewhere, and restorable when all else is gone. */
export function InstanceBackupsScreen() {
  const t = useTranslations("backups");
  const { user } = useSession();
  const targets = useTargets();
  const standard = targets.data?.items.find((target) => target.isDefault);
  if (user?.role !== "admin") {
    return <EmptyState level={1} icon={<Lock />} title={t("adminOnly")} body={t("adminOnlyBody")} className="m-auto" />;
  }
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
