"use client";

import { listFactors, removeFactor, renewRecoveryCodes } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useFailure } from "@/lib/use-failure";
import { RecoveryCodes } from "../form/recovery-codes";
import { SetUpFactor } from "./set-up-factor";

/** My authenticators and recovery codes. */
export function SecondFactor() {
  const t = useTranslations("secondFactor");
  const client = useQueryClient();
  const fail = useFailure();
  const confirm = useConfirm();
  const query = useQuery({ queryKey: keys.factors, queryFn: () => call(listFactors) });
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();

  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      fail(error, () => act(work));
    }
    await client.invalidateQueries({ queryKey: keys.factors });
  };
  /** However it is closed, the app may have been set up already. */
  const close = (open: boolean) => {
    setAdding(open);
    if (!open) void client.invalidateQueries();
  };
  const remove = async (id: string, name: string) => {
    const question = { title: t("removeTitle", { name }), body: t("removeBody"), action: t("remove"), danger: true };
    if (await confirm(question)) await act(() => call(removeFactor, { params: { id } }));
  };
  const renew = async () => {
    const question = { title: t("renewTitle"), body: t("renewBody"), action: t("renew") };
    if (await confirm(question)) await act(async () => setCodes((await call(renewRecoveryCodes)).recoveryCodes));
  };

  if (query.isPending) return <div className="skeleton h-24" />;
  if (query.error)
    return (
      <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} className="py-4" />
    );
  const { items, recoveryCodesLeft, required } = query.data;
  return (
    <div className="flex flex-col items-start gap-3">
      {items.length === 0 ? (
        <p className="text-ink-muted">{t(required ? "noneRequired" : "none")}</p>
      ) : (
        <ul className="w-full divide-y rounded-xl border">
          {items.map((factor) => (
            <li key={factor.id} className="flex items-center gap-3 p-3">
              <ShieldCheck aria-hidden="true" className="size-5 shrink-0 text-success" />
              <div className="min-w-0 flex-1">
                <p className="truncate">{factor.name}</p>
                <p className="truncate text-ink-muted text-xs">
                  {t("since")} <Time at={factor.createdAt} style="full" />
                </p>
              </div>
              <Button size="sm" onClick={() => void remove(factor.id, factor.name)}>
                {t("remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant={items.length === 0 ? "primary" : "secondary"} onClick={() => setAdding(true)}>
          <Plus />
          {t(items.length === 0 ? "add" : "addAnother")}
        </Button>
        {(items.length > 0 || recoveryCodesLeft > 0) && (
          <>
            <Button variant="ghost" onClick={() => void renew()}>
              {t("renew")}
            </Button>
            <span className="text-ink-muted text-sm">{t("codesLeft", { count: recoveryCodesLeft })}</span>
          </>
        )}
      </div>
      <Dialog open={adding} onOpenChange={close} title={t("addTitle")}>
        <SetUpFactor onDone={() => setAdding(false)} />
      </Dialog>
      <Dialog open={codes !== undefined} onOpenChange={() => setCodes(undefined)} title={t("codesTitle")}>
        {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />}
      </Dialog>
    </div>
  );
}
