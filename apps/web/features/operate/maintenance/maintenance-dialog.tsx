"use client";

import { adminSetMaintenance } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function MaintenanceDialog({ open, onOpenChange }: Props) {
  const t = useTranslations("maintenance");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("dialogTitle")}>
      <MaintenanceForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function MaintenanceForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations("maintenance");
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const until = String(data.get("until"));
    await call(adminSetMaintenance, {
      body: {
        on: true,
        message: String(data.get("message")).trim() || null,
        // The field has the time of this browser's zone.
        until: until === "" ? null : new Date(until).toISOString(),
      },
    });
    await client.invalidateQueries();
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <p className="text-ink-muted">{t("dialogBody")}</p>
      <Field label={t("message")} name="message" maxLength={500} autoComplete="off" hint={t("messageHint")} />
      <Field label={t("until")} name="until" type="datetime-local" hint={t("untilHint")} />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("beginNow")}
      </Button>
    </form>
  );
}
