"use client";

import { login } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { call } from "@/lib/api";
import { FormProblem } from "./form-problem";
import { nextPath, useSession, useSettings } from "./session";
import { useSubmit } from "./use-submit";

export function SignInForm() {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const { user } = useSession();
  const setupOpen = settings.data?.setupOpen;
  useEffect(() => {
    if (setupOpen) router.replace("/setup");
    else if (user) router.replace(nextPath());
  }, [setupOpen, user, router]);

  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    await call(login, { body: { email: String(data.get("email")), password: String(data.get("password")) } });
    await client.invalidateQueries();
  });

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <h1 className="font-semibold text-lg">{t("signInTitle")}</h1>
      <Field label={t("email")} name="email" type="email" autoComplete="username" required autoFocus />
      <Field label={t("password")} name="password" type="password" autoComplete="current-password" required />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy || Boolean(user)}>
        {t("signIn")}
      </Button>
      {settings.data?.signup === "open" && (
        <p className="text-center text-ink-muted text-sm">
          {t("noAccount")}{" "}
          <Link href="/register" className="font-medium text-accent-text underline-offset-4 hover:underline">
            {t("createAccount")}
          </Link>
        </p>
      )}
    </form>
  );
}
