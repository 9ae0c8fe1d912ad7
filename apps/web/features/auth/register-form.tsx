"use client";

import { register } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import { Hourglass, MailCheck } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button";
import { Field } from "@/components/field";
import { EmptyState } from "@/components/state";
import { call } from "@/lib/api";
import { FormProblem } from "./form-problem";
import { useSettings } from "./session";
import { useSubmit } from "./use-submit";

export function RegisterForm() {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const [sentTo, setSentTo] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const body = { email: String(data.get("email")), password: String(data.get("password")) };
    const result = await call(register, { body });
    if ("confirmationSentTo" in result) return setSentTo(result.confirmationSentTo);
    if ("approvalPending" in result) return setWaiting(true);
    await client.invalidateQueries();
    router.replace("/files");
  });

  if (waiting) {
    return (
      <EmptyState level={1} className="px-0 py-4" icon={<Hourglass />} title={t("waiting")} body={t("waitingBody")} />
    );
  }
  if (sentTo) {
    return (
      <EmptyState
        level={1}
        className="px-0 py-4"
        icon={<MailCheck />}
        title={t("checkMail")}
        body={t("checkMailBody", { email: sentTo })}
      />
    );
  }
  if (settings.data && settings.data.signup !== "open" && settings.data.signup !== "approval") {
    return (
      <div className="flex flex-col gap-4">
        <h1 className="font-semibold text-lg">{t("registerClosedTitle")}</h1>
        <p className="text-ink-muted">{t("registerClosedBody")}</p>
        <Link href="/sign-in" className={buttonClass({ variant: "primary", size: "lg" })}>
          {t("signIn")}
        </Link>
      </div>
    );
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <h1 className="font-semibold text-lg">{t("registerTitle")}</h1>
      <Field label={t("email")} name="email" type="email" autoComplete="username" required autoFocus />
      <Field
        label={t("password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint={settings.data && t("passwordHint", { count: settings.data.passwordMinLength })}
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("createAccount")}
      </Button>
      <p className="text-center text-ink-muted text-sm">
        {t("haveAccount")}{" "}
        <Link href="/sign-in" className="font-medium text-accent-text underline-offset-4 hover:underline">
          {t("signIn")}
        </Link>
      </p>
    </form>
  );
}
