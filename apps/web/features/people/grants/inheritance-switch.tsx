"use client";

import { setInheritance } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { Switch } from "@/components/form/switch";
import { useConfirm } from "@/components/overlay/confirm";
import { call } from "@/lib/api";
import { useGrantWork } from "./use-grant-work";

/** Whether those who may see the folders above may see this one too. */
export function InheritanceSwitch({ fileId, inherits }: { fileId: string; inherits: boolean }) {
  const t = useTranslations("people");
  const confirm = useConfirm();
  const work = useGrantWork();
  const change = async (next: boolean) => {
    const question = { title: t("stopTitle"), body: t("stopBody"), action: t("stop"), danger: true };
    if (!next && !(await confirm(question))) return;
    await work(
      () => call(setInheritance, { params: { id: fileId }, body: { inherits: next } }),
      t(next ? "resumed" : "stopped"),
    );
  };
  return (
    <div className="border-t pt-4">
      <Switch
        label={t("inherit")}
        hint={t("inheritHint")}
        checked={inherits}
        onCheckedChange={(next) => void change(next)}
      />
    </div>
  );
}
