"use client";

import type { StorageStats } from "@holdfast/contract";
import { adminCleanStorage } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Select } from "@/components/form/select";
import { useConfirm } from "@/components/overlay/confirm";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { Card } from "../card";

type What = "trash" | "versions" | "abandoned";

/** What cleaning would free, with the button that does it. */
export function Cleaning({ stats }: { stats: StorageStats }) {
  const t = useTranslations("adminStorage.cleaning");
  const confirm = useConfirm();
  const fail = useFailure();
  const [days, setDays] = useState("7");
  const [running, setRunning] = useState<What | null>(null);
  const { trash, versions, abandoned } = stats.cleaning;
  const old = trash.find(({ olderThanDays }) => olderThanDays === Number(days));
  const clean = async (what: What) => {
    if (
      what === "trash" &&
      !(await confirm({ title: t("askTitle", { days }), body: t("askBody"), action: t("trashAction"), danger: true }))
    )
      return;
    setRunning(what);
    try {
      await call(adminCleanStorage, { body: what === "trash" ? { what, olderThanDays: Number(days) } : { what } });
      toast.success(t("begun"));
    } catch (error) {
      fail(error, () => clean(what));
    }
    setRunning(null);
  };
  const rows = [
    { what: "trash" as const, bytes: old?.bytes ?? 0, note: t("trashNote", { files: old?.files ?? 0 }) },
    { what: "versions" as const, bytes: versions.bytes, note: t("versionsNote") },
    { what: "abandoned" as const, bytes: abandoned.bytes, note: t("abandonedNote") },
  ];
  return (
    <Card title={t("title")} body={t("body")}>
      <ul className="divide-y border-t">
        {rows.map(({ what, bytes, note }) => (
          <li key={what} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <div className="min-w-48 flex-1">
              <p className="font-medium">{t(what)}</p>
              <p className="text-[0.8125rem] text-ink-muted">{note}</p>
            </div>
            {what === "trash" && (
              <Select
                label={t("olderThan")}
                value={days}
                onValueChange={setDays}
                items={["1", "7", "14"].map((value) => ({ value, label: t("olderThanDays", { days: Number(value) }) }))}
                className="h-9 w-44 text-sm"
              />
            )}
            <span className="w-20 text-right font-medium tabular-nums">{formatBytes(bytes)}</span>
            <Button
              className="w-44 max-sm:w-full"
              busy={running === what}
              disabled={bytes === 0}
              onClick={() => void clean(what)}
            >
              {t(`${what}Action`)}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
