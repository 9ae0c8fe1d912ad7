"use client";

import type { Role, User } from "@holdfast/contract";
import { adminDeleteUser, adminResetFactors, adminUpdateUser } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { RewindDialog } from "@/features/operate/suspicious/rewind-dialog";
import { call, problemOf } from "@/lib/api";
import { bytesOfGigabytes, gigabytesOf } from "@/lib/gigabytes";
import { toast } from "@/lib/toast";
import { RoleSelect } from "./role-select";

type EditUserDialogProps = { user: User | null; self: boolean; onClose: () => void };

export function EditUserDialog({ user, self, onClose }: EditUserDialogProps) {
  return (
    <Dialog
      open={user !== null}
      onOpenChange={(open) => !open && onClose()}
      title={user?.displayName || user?.email || ""}
      description={user?.displayName ? user.email : undefined}
    >
      {user && <EditUser user={user} self={self} onDone={onClose} />}
    </Dialog>
  );
}

function EditUser({ user, self, onDone }: { user: User; self: boolean; onDone: () => void }) {
  const t = useTranslations("users");
  const confirm = useConfirm();
  const client = useQueryClient();
  const [rewinding, setRewinding] = useState(false);
  const [role, setRole] = useState<Role>(user.role);
  const changed = () => client.invalidateQueries({ queryKey: ["users"] });
  const { busy, problem, onSubmit, setProblem } = useSubmit(async (data) => {
    const quota = bytesOfGigabytes(String(data.get("quota")));
    if (quota === undefined) throw new Error(t("quotaInvalid"));
    const password = String(data.get("password"));
    const email = String(data.get("email")).trim().toLowerCase();
    await call(adminUpdateUser, {
      params: { id: user.id },
      body: {
        displayName: String(data.get("name")).trim() || null,
        quotaBytes: quota,
        ...(role === user.role ? {} : { role }),
        ...(password ? { password } : {}),
        ...(email && email !== user.email ? { email } : {}),
      },
    });
    toast.success(t("saved"));
    await changed();
    onDone();
  });
  const attempt = async (work: () => Promise<unknown>, message: string) => {
    try {
      await work();
      toast.success(message);
      await changed();
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  // Who waits for approval is let in the same way.
  const disabled = user.status !== "active";
  const pending = user.status === "pending";
  const setStatus = async () => {
    const yes =
      disabled ||
      (await confirm({
        title: t("disableTitle", { email: user.email }),
        body: t("disableBody"),
        action: t("disable"),
        danger: true,
      }));
    if (!yes) return;
    await attempt(
      () => call(adminUpdateUser, { params: { id: user.id }, body: { status: disabled ? "active" : "disabled" } }),
      t(pending ? "approvedNow" : disabled ? "enabledNow" : "disabledNow"),
    );
  };
  const resetFactor = async () => {
    const yes = await confirm({
      title: t("resetFactorTitle", { email: user.email }),
      body: t("resetFactorBody"),
      action: t("resetFactor"),
      danger: true,
    });
    if (yes) await attempt(() => call(adminResetFactors, { params: { id: user.id } }), t("resetFactorDone"));
  };
  const remove = async () => {
    const yes = await confirm({
      title: t("deleteTitle", { email: user.email }),
      body: t("deleteBody"),
      action: t("delete"),
      danger: true,
    });
    if (yes) await attempt(() => call(adminDeleteUser, { params: { id: user.id } }), t("deleted"));
  };
  return (
    <>
      <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <Field label={t("name")} name="name" defaultValue={user.displayName ?? ""} autoComplete="off" />
        <Field
          label={t("email")}
          name="email"
          type="email"
          defaultValue={user.email}
          autoComplete="off"
          hint={t("emailHint")}
        />
        <div className="grid grid-cols-2 gap-4">
          <RoleSelect value={role} onValueChange={setRole} />
          <Field
            label={t("quota")}
            name="quota"
            inputMode="decimal"
            defaultValue={gigabytesOf(user.quotaBytes)}
            placeholder={t("noQuota")}
          />
        </div>
        <Field
          label={t("newPassword")}
          name="password"
          type="password"
          autoComplete="new-password"
          hint={t("newPasswordHint")}
        />
        <FormProblem problem={problem} />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {t("save")}
        </Button>
        {!self && (
          <div className="flex flex-wrap gap-2 border-t pt-4">
            <Button variant={pending ? "primary" : "secondary"} onClick={() => void setStatus()}>
              {t(pending ? "approve" : disabled ? "enable" : "disable")}
            </Button>
            {/* Setting one up takes a session: who never signed in has none. */}
            {user.lastSignInAt && <Button onClick={() => void resetFactor()}>{t("resetFactor")}</Button>}
            <Link href={activityOf(user)} className={buttonClass()}>
              {t("activity")}
            </Link>
            <Button onClick={() => setRewinding(true)}>{t("rewind")}</Button>
            <Button variant="danger-ghost" className="ml-auto" onClick={() => void remove()}>
              {t("delete")}
            </Button>
          </div>
        )}
      </form>
      {/* Beside the form: what is sent in it is none of the form's. */}
      <RewindDialog user={user} open={rewinding} onClose={() => setRewinding(false)} />
    </>
  );
}

/** What they did, in the access log. */
function activityOf({ id, displayName, email }: User): string {
  return `/admin/access-log?${new URLSearchParams({ actor: id, actorName: displayName || email })}`;
}
