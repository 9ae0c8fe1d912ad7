"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { FormProblem } from "../form/form-problem";
import type { useSubmit } from "../form/use-submit";
import { useSettings } from "../session";

type NewAccountProps = {
  submit: Pick<ReturnType<typeof useSubmit>, "busy" | "problem" | "onSubmit">;
  /** The button's words. */
  action: string;
  /** What comes before address and password. */
  children?: ReactNode;
  after?: ReactNode;
  /** The page is nothing but this form. */
  alone?: boolean;
};

/** Address and password of an account that is about to be made: one's own, or the first administrator's. */
export function NewAccountForm({ submit, action, children, after, alone }: NewAccountProps) {
  const t = useTranslations("auth");
  const settings = useSettings();
  return (
    <form method="post" onSubmit={submit.onSubmit} className="flex flex-col gap-4" noValidate>
      {children}
      <Field label={t("email")} name="email" type="email" autoComplete="username" required first={alone} />
      <Field
        label={t("password")}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint={settings.data && t("passwordHint", { count: settings.data.passwordMinLength })}
      />
      <FormProblem problem={submit.problem} />
      <Button type="submit" variant="primary" size="lg" busy={submit.busy}>
        {action}
      </Button>
      {after}
    </form>
  );
}

/** Accounts are not made here, or not any more: what there is to do is signing in. */
export function SignInInstead({ title, body }: { title: string; body: string }) {
  const t = useTranslations("auth");
  return (
    <div className="flex flex-col gap-4">
      <h1 className="font-semibold text-lg">{title}</h1>
      <p className="text-ink-muted">{body}</p>
      <Link href="/sign-in" className={buttonClass({ variant: "primary", size: "lg" })}>
        {t("signIn")}
      </Link>
    </div>
  );
}
