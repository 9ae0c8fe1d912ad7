"use client";

import type { User } from "@holdfast/contract";
import { changeEmail } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { useSettings } from "../session";

export function ChangeEmail({ user }: { user: User }) {
  const t = useTranslations("email");
  const account = useTranslations("account");
  const client = useQueryClient();
  const settings = useSettings();
  const [pending, setPending] = useState<string>();
  // A new form after each success: its fields are empty again.
  const [round, setRound] = useState(0);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const body = { email: String(data.get("email")), currentPassword: String(data.get("password")) };
    const { pendingEmail } = await call(changeEmail, { body });
    setRound((before) => before + 1);
    if (pendingEmail) return setPending(pendingEmail);
    toast.success(t("changed"));
    await client.invalidateQueries({ queryKey: keys.session });
  });
  if (settings.data && !settings.data.mail) return <p className="text-ink-muted">{t("askAdmin")}</p>;
  return (
    <form method="post" key={round} onSubmit={onSubmit} className="flex flex-col items-start gap-4" noValidate>
      <Field
        className="w-full"
        label={t("new")}
        name="email"
        type="email"
        autoComplete="email"
        placeholder={user.email}
        required
      />
      <Field
        className="w-full"
        label={account("currentPassword")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {pending && (
        <output className="block rounded-lg bg-accent-soft px-3 py-2.5 text-accent-text text-sm">
          {t("pending", { present: user.email, next: pending })}
        </output>
      )}
      <FormProblem problem={problem} />
      <Button type="submit" busy={busy}>
        {t("change")}
      </Button>
    </form>
  );
}
