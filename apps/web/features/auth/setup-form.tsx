"use client";

import { setup } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "@/components/button";
import { Field } from "@/components/field";
import { call } from "@/lib/api";
import { FormProblem } from "./form-problem";
import { useSettings } from "./session";
import { useSubmit } from "./use-submit";

export function SetupForm() {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const [token, setToken] = useState("");
  useEffect(() => {
    // The token comes behind `#`, which browsers never send to a server or a log; it leaves the address bar at once.
    const given = new URLSearchParams(window.location.hash.slice(1)).get("token");
    if (!given) return;
    setToken(given);
    window.history.replaceState(window.history.state, "", window.location.pathname);
  }, []);
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
        <h1 className="font-semibold text-lg">{t("setupTitle")}</h1>
        <p className="mt-1 text-ink-muted">{t("setupBody")}</p>
      </div>
      <Field
        label={t("setupToken")}
        hint={t("setupTokenHint")}
        value={token}
        onChange={(event) => setToken(event.target.value)}
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
