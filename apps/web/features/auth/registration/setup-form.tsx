"use client";

import { setup } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Field } from "@/components/form/field";
import { call } from "@/lib/api";
import { useSubmit } from "../form/use-submit";
import { useSettings } from "../session";
import { NewAccountForm, SignInInstead } from "./new-account";

type SetupFormProps = { token: string; onToken: (token: string) => void; titled: boolean };

export function SetupForm({ token, onToken, titled }: SetupFormProps) {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const submit = useSubmit(async (data) => {
    const body = { token: token.trim(), email: String(data.get("email")), password: String(data.get("password")) };
    await call(setup, { body });
    await client.invalidateQueries();
    router.replace("/files");
  });

  if (settings.data && !settings.data.setupOpen && !submit.busy) {
    return <SignInInstead title={t("setupDoneTitle")} body={t("setupDoneBody")} />;
  }
  return (
    <NewAccountForm submit={submit} action={t("setupAction")}>
      <div>
        {titled && <h1 className="mb-1 font-semibold text-lg">{t("setupTitle")}</h1>}
        <p className="text-ink-muted">{t("setupBody")}</p>
      </div>
      <Field
        label={t("setupToken")}
        name="token"
        hint={t("setupTokenHint")}
        value={token}
        onChange={(event) => onToken(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        required
      />
    </NewAccountForm>
  );
}
