"use client";

import type { Role } from "@holdfast/contract";
import { adminCreateUser } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { bytesOfGigabytes } from "@/lib/gigabytes";
import { toast } from "@/lib/toast";
import { RoleSelect } from "./role-select";

export function CreateUserDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("users");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("addTitle")}>
      <CreateUserForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateUserForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations("users");
  const client = useQueryClient();
  const [role, setRole] = useState<Role>("user");
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const quota = bytesOfGigabytes(String(data.get("quota")));
    if (quota === undefined) throw new Error(t("quotaInvalid"));
    const email = String(data.get("email"));
    await call(adminCreateUser, {
      body: {
        email,
        password: String(data.get("password")),
        displayName: String(data.get("name")).trim() || undefined,
        role,
        quotaBytes: quota,
      },
    });
    toast.success(t("added", { email }));
    await client.invalidateQueries({ queryKey: ["users"] });
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <Field label={t("email")} name="email" type="email" autoComplete="off" required />
      <Field label={t("name")} name="name" autoComplete="off" />
      <Field
        label={t("password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint={t("passwordHint")}
      />
      <div className="grid grid-cols-2 gap-4">
        <RoleSelect value={role} onValueChange={setRole} />
        <Field label={t("quota")} name="quota" inputMode="decimal" placeholder={t("noQuota")} />
      </div>
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("add")}
      </Button>
    </form>
  );
}
