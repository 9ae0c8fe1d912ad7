"use client";

import { register } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { Hourglass, MailCheck } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { EmptyState } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { useSubmit } from "../form/use-submit";
import { useSettings } from "../session";
import { NewAccountForm, SignInInstead } from "./new-account";
import { ResendConfirmation } from "./resend-confirmation";

export function RegisterForm() {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const [sentTo, setSentTo] = useState<string>();
  const [waiting, setWaiting] = useState(false);
  const submit = useSubmit(async (data) => {
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
      >
        <ResendConfirmation email={sentTo} />
      </EmptyState>
    );
  }
  if (settings.data && settings.data.signup !== "open" && settings.data.signup !== "approval") {
    return <SignInInstead title={t("registerClosedTitle")} body={t("registerClosedBody")} />;
  }
  const after = (
    <p className="text-center text-ink-muted text-sm">
      {t("haveAccount")}{" "}
      <Link href="/sign-in" className="font-medium text-accent-text underline-offset-4 hover:underline">
        {t("signIn")}
      </Link>
    </p>
  );
  return (
    <NewAccountForm submit={submit} action={t("createAccount")} after={after} alone>
      <h1 className="font-semibold text-lg">{t("registerTitle")}</h1>
    </NewAccountForm>
  );
}
