"use client";

import { adminGetMaintenance } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { ActionButton } from "../health/action-button";
import { MaintenanceDialog } from "./maintenance-dialog";

/** The switch that makes everything read-only, and what it does. */
export function MaintenanceSection() {
  const t = useTranslations("maintenance");
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: keys.maintenance, queryFn: () => call(adminGetMaintenance) });
  if (!data) return null;
  return (
    <section className="flex flex-col gap-4 rounded-xl border p-4 sm:flex-row sm:items-center">
      <Wrench aria-hidden="true" className="hidden size-5 shrink-0 self-start text-ink-muted sm:block" />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{t("title")}</h2>
        <p className="text-ink-muted">{t("body")}</p>
      </div>
      {data.maintenance ? (
        <ActionButton action="end_maintenance" />
      ) : (
        <Button onClick={() => setOpen(true)}>{t("begin")}</Button>
      )}
      <MaintenanceDialog open={open} onOpenChange={setOpen} />
    </section>
  );
}
