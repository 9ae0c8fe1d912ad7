"use client";

import type { Alert } from "@holdfast/contract";
import { adminEndSessions, adminUpdateUser } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { useConfirm } from "@/components/overlay/confirm";
import { call, problemOf } from "@/lib/api";
import { toast } from "@/lib/toast";
import { RewindDialog } from "./rewind-dialog";

type AlertAction = { kind: "end-sessions" | "lock" | "rewind"; userId: string; to?: string };

function actionsOf({ data: { actions } }: Alert): AlertAction[] {
  if (!Array.isArray(actions)) return [];
  return (actions as AlertAction[]).filter(({ kind }) => ["end-sessions", "lock", "rewind"].includes(kind));
}

/** What can be done about an alert of suspicious activity, each asked once more; nothing for any other alert. */
export function SuspiciousActions({ alert }: { alert: Alert }) {
  const t = useTranslations("suspicious");
  const confirm = useConfirm();
  const [rewinding, setRewinding] = useState<AlertAction>();
  const actions = actionsOf(alert);
  if (actions.length === 0) return null;
  const nameOf = ({ userId }: AlertAction) => {
    const { by, byId, email } = alert.data;
    return String((userId === byId ? by : email) ?? t("thisUser"));
  };
  const attempt = async (kind: "end" | "lock", action: AlertAction, work: () => Promise<unknown>) => {
    const email = nameOf(action);
    const question = { title: t(`${kind}.title`, { email }), body: t(`${kind}.body`), action: t(`${kind}.action`) };
    if (!(await confirm({ ...question, danger: true }))) return;
    try {
      await work();
      toast.success(t(`${kind}.done`, { email }));
    } catch (error) {
      toast.error(problemOf(error).message);
    }
  };
  const run = (action: AlertAction) => {
    const params = { id: action.userId };
    if (action.kind === "rewind") setRewinding(action);
    else if (action.kind === "lock")
      void attempt("lock", action, () => call(adminUpdateUser, { params, body: { status: "disabled" } }));
    else void attempt("end", action, () => call(adminEndSessions, { params }));
  };
  const several = new Set(actions.map(({ userId }) => userId)).size > 1;
  const labels = { "end-sessions": t("end.button"), lock: t("lock.button"), rewind: t("rewind.button") };
  return (
    <>
      {actions.map((action) => (
        <Button
          key={`${action.kind} ${action.userId}`}
          size="sm"
          variant={action.kind === "rewind" ? "primary" : "secondary"}
          onClick={() => run(action)}
        >
          {several ? t("of", { action: labels[action.kind], email: nameOf(action) }) : labels[action.kind]}
        </Button>
      ))}
      {rewinding && (
        <RewindDialog
          user={{ id: rewinding.userId, email: nameOf(rewinding) }}
          to={rewinding.to}
          open
          onClose={() => setRewinding(undefined)}
        />
      )}
    </>
  );
}
