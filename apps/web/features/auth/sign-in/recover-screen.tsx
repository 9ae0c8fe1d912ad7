"use client";

import { confirmEmail, confirmRecovery, recover } from "@holdfast/contract/client";
import { CircleCheck, MailCheck, MailQuestionMark } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { Field } from "@/components/form/field";
import { call } from "@/lib/api";
import { FormProblem } from "../form/form-problem";
import { useFragment } from "../form/use-fragment";
import { useSubmit } from "../form/use-submit";
import { useSettings } from "../session";

/** Where mails lead: a new password, an accepted invitation, a confirmed address. Without a link: the way to get one. */
export function RecoverScreen() {
  const fragment = useFragment();
  if (!fragment) return <div className="skeleton h-48" />;
  const tokenHash = fragment.get("token_hash");
  const type = fragment.get("type");
  // What Supabase's own mails bring, where their texts were not changed.
  const accessToken = fragment.get("access_token");
  if (accessToken && (type === "recovery" || type === "invite"))
    return <NewPassword key={accessToken} proof={{ accessToken }} type={type} />;
  if (!tokenHash) return <AskForLink />;
  if (type === "signup" || type === "email_change")
    return <ConfirmAddress key={tokenHash} tokenHash={tokenHash} type={type} />;
  return <NewPassword key={tokenHash} proof={{ tokenHash }} type={type === "invite" ? "invite" : "recovery"} />;
}

function AskForLink() {
  const t = useTranslations("recover");
  const auth = useTranslations("auth");
  const settings = useSettings();
  const [sentTo, setSentTo] = useState<string>();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const email = String(data.get("email"));
    await call(recover, { body: { email } });
    setSentTo(email);
  });
  if (sentTo) {
    return <Told icon={<MailCheck />} title={auth("checkMail")} body={t("sentBody", { email: sentTo })} />;
  }
  if (settings.data && !settings.data.mail) {
    return <Told icon={<MailQuestionMark />} title={t("noMailTitle")} body={t("noMailBody")} />;
  }
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        <h1 className="font-semibold text-lg">{t("title")}</h1>
        <p className="mt-1 text-ink-muted">{t("body")}</p>
      </div>
      <Field label={auth("email")} name="email" type="email" autoComplete="username" required first />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("send")}
      </Button>
      <BackToSignIn />
    </form>
  );
}

type Proof = { tokenHash: string } | { accessToken: string };

function NewPassword({ proof, type }: { proof: Proof; type: "recovery" | "invite" }) {
  const t = useTranslations("recover");
  const auth = useTranslations("auth");
  const settings = useSettings();
  const [done, setDone] = useState(false);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    await call(confirmRecovery, { body: { ...proof, password: String(data.get("password")), type } });
    setDone(true);
  });
  if (done) return <Told icon={<CircleCheck />} title={t("doneTitle")} body={t("doneBody")} signIn />;
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        <h1 className="font-semibold text-lg">{t(type === "invite" ? "inviteTitle" : "newTitle")}</h1>
        <p className="mt-1 text-ink-muted">{t(type === "invite" ? "inviteBody" : "newBody")}</p>
      </div>
      <Field
        label={auth("password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        first
        hint={settings.data && auth("passwordHint", { count: settings.data.passwordMinLength })}
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("save")}
      </Button>
      {problem?.code === "link_expired" && type === "recovery" && (
        <a href="/recover" className="text-center font-medium text-accent-text text-sm hover:underline">
          {t("another")}
        </a>
      )}
    </form>
  );
}

/** Asked for by a click, so that programs which open links in mails confirm nothing. */
function ConfirmAddress({ tokenHash, type }: { tokenHash: string; type: "signup" | "email_change" }) {
  const t = useTranslations("recover");
  const [outcome, setOutcome] = useState<"confirmed" | "half">();
  const { busy, problem, onSubmit } = useSubmit(async () => {
    setOutcome((await call(confirmEmail, { body: { tokenHash, type } })).outcome);
  });
  if (outcome === "half") return <Told icon={<MailCheck />} title={t("halfTitle")} body={t("halfBody")} />;
  if (outcome) return <Told icon={<CircleCheck />} title={t("confirmedTitle")} body={t("confirmedBody")} signIn />;
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        <h1 className="font-semibold text-lg">{t("confirmTitle")}</h1>
        <p className="mt-1 text-ink-muted">{t(type === "signup" ? "confirmBody" : "confirmChangeBody")}</p>
      </div>
      <FormProblem problem={problem} />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        busy={busy}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- this one question is the whole page
        autoFocus
      >
        {t("confirm")}
      </Button>
    </form>
  );
}

function Told({ icon, title, body, signIn }: { icon: ReactNode; title: string; body: string; signIn?: boolean }) {
  const auth = useTranslations("auth");
  return (
    <EmptyState level={1} className="px-0 py-4" icon={icon} title={title} body={body}>
      {signIn ? (
        <Link href="/sign-in" className={buttonClass({ variant: "primary", size: "lg" })}>
          {auth("signIn")}
        </Link>
      ) : (
        <BackToSignIn />
      )}
    </EmptyState>
  );
}

function BackToSignIn() {
  const t = useTranslations("recover");
  return (
    <Link href="/sign-in" className="text-center font-medium text-accent-text text-sm hover:underline">
      {t("back")}
    </Link>
  );
}
