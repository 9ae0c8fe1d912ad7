"use client";

import { setup } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button, buttonClass } from "@/components/button";
import { Field } from "@/components/field";
import { call } from "@/lib/api";
import { FormProblem } from "./form-problem";
import { useSettings } from "./session";
import { useSubmit } from "./use-submit";

type SetupFormProps = { token: string; onToken: (token: string) => void; titled: boolean };

export function SetupForm({ token, onToken, titled }: SetupFormProps) {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const body = { token: token.trim(), email: String(data.get("email")), password: String(data.get("password")) };
    await call(setup, { body });
    await client.invalidateQueries();
    router.replace("/files");
  });

  if (settings.data && !settings.data.setupOpen && !busy) {
    return (
      <div className="flex flex-col gap-4">
        <h1 className="font-semibold text-lg">{t("setupDoneTitle")}</h1>
        <p className="text-ink-muted">{t("setupDoneBody")}</p>
        <Link href="/sign-in" className={buttonClass({ variant: "primary", size: "lg" })}>
          {t("signIn")}
        </Link>
      </div>
    );
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        {titled && <h1 className="mb-1 font-semibold text-lg">{t("setupTitle")}</h1>}
        <p className="text-ink-muted">{t("setupBody")}</p>
      </div>
      <Field
        label={t("setupToken")}
        hint={t("setupTokenHint")}
        value={token}
        onChange={(event) => onToken(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <Field label={t("email")} name="email" type="email" autoComplete="username" required />
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
        {t("setupAction")}
      </Button>
    </form>
  );
}
