"use client";

import type { User } from "@holdfast/contract";
import { changePassword, updateMe } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button/button";
import { ChoiceCards } from "@/components/form/choice-cards";
import { Field } from "@/components/form/field";
import { PageHeader } from "@/components/page/page-header";
import { setTheme, useTheme } from "@/components/page/theme";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { Passkeys } from "../passkeys/passkeys";
import { SecondFactor } from "../second-factor/second-factor";
import { useSession, useSettings } from "../session";
import { AccessTokens } from "./access-tokens";
import { ChangeEmail } from "./change-email";
import { Leave } from "./leave";
import { LoginHistory } from "./login-history";
import { SecurityActivity } from "./security-activity";
import { SessionList } from "./session-list";

type AccountProps = {
  /** What this user did, from the access log. */
  activity: ReactNode;
  /** What this user is notified of. */
  notifications: ReactNode;
};

export function AccountScreen({ activity, notifications }: AccountProps) {
  const t = useTranslations("account");
  const { user } = useSession();
  const settings = useSettings();
  return (
    <>
      <PageHeader title={t("title")} body={user?.email} />
      <div className="divide-y">
        <Section title={t("profile")} body={t("profileBody")}>
          {user && <NameForm user={user} />}
        </Section>
        <Section title={t("appearance")} body={t("appearanceBody")}>
          <Appearance />
        </Section>
        <Section id="notifications" title={t("notifications")} body={t("notificationsBody")}>
          {notifications}
        </Section>
        <Section title={t("password")} body={t("passwordBody")}>
          <PasswordForm />
        </Section>
        <Section title={t("email")} body={t("emailBody")}>
          {user && <ChangeEmail user={user} />}
        </Section>
        {settings.data?.passkeys && (
          <Section title={t("passkeys")} body={t("passkeysBody")}>
            <Passkeys />
          </Section>
        )}
        <Section title={t("secondFactor")} body={t("secondFactorBody")}>
          <SecondFactor />
        </Section>
        <Section title={t("tokens")} body={t("tokensBody")}>
          <AccessTokens />
        </Section>
        <Section title={t("sessions")} body={t("sessionsBody")}>
          <SessionList />
        </Section>
        <Section title={t("history")} body={t("historyBody")}>
          <LoginHistory />
        </Section>
        <Section title={t("activity")} body={t("activityBody")}>
          <SecurityActivity />
        </Section>
        <Section title={t("everything")} body={t("everythingBody")}>
          {activity}
        </Section>
        <Section title={t("leave")} body={t("leaveBody")}>
          <Leave />
        </Section>
      </div>
    </>
  );
}

type SectionProps = { id?: string; title: string; body: string; children: ReactNode };

function Section({ id, title, body, children }: SectionProps) {
  return (
    <section
      id={id}
      aria-label={title}
      className="grid gap-x-10 gap-y-4 px-4 py-7 sm:px-6 lg:grid-cols-[18rem_minmax(0,34rem)]"
    >
      <div>
        <h2 className="font-semibold text-[0.9375rem]">{title}</h2>
        <p className="mt-0.5 text-ink-muted">{body}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

function NameForm({ user }: { user: User }) {
  const t = useTranslations("account");
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const displayName = String(data.get("name")).trim() || null;
    await call(updateMe, { body: { displayName } });
    await client.invalidateQueries({ queryKey: keys.session });
    toast.success(t("saved"));
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col items-start gap-4" noValidate>
      <Field
        className="w-full"
        label={t("name")}
        name="name"
        defaultValue={user.displayName ?? ""}
        autoComplete="name"
        maxLength={100}
        hint={t("nameHint")}
      />
      <FormProblem problem={problem} />
      <Button type="submit" busy={busy}>
        {t("saveName")}
      </Button>
    </form>
  );
}

function Appearance() {
  const t = useTranslations("nav");
  const theme = useTheme();
  return (
    <ChoiceCards
      aria-label={t("appearance")}
      value={theme}
      onChange={setTheme}
      choices={[
        { value: "system", label: t("themeName.system"), icon: <Monitor aria-hidden="true" /> },
        { value: "light", label: t("themeName.light"), icon: <Sun aria-hidden="true" /> },
        { value: "dark", label: t("themeName.dark"), icon: <Moon aria-hidden="true" /> },
      ]}
      className="grid-cols-3"
    />
  );
}

function PasswordForm() {
  const t = useTranslations("account");
  const auth = useTranslations("auth");
  const settings = useSettings();
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const form = document.querySelector<HTMLFormElement>("#password-form");
    const body = {
      currentPassword: String(data.get("current")),
      newPassword: String(data.get("new")),
      revokeTokens: data.get("revokeTokens") !== null,
    };
    await call(changePassword, { body });
    form?.reset();
    toast.success(t("passwordChanged"));
    await client.invalidateQueries({ queryKey: keys.sessions });
    await client.invalidateQueries({ queryKey: keys.tokens });
  });
  return (
    <form method="post" id="password-form" onSubmit={onSubmit} className="flex flex-col items-start gap-4" noValidate>
      <Field
        className="w-full"
        label={t("currentPassword")}
        name="current"
        type="password"
        autoComplete="current-password"
        required
      />
      <Field
        className="w-full"
        label={t("newPassword")}
        name="new"
        type="password"
        autoComplete="new-password"
        required
        hint={settings.data && auth("passwordHint", { count: settings.data.passwordMinLength })}
      />
      <label className="flex w-fit cursor-pointer items-start gap-2.5 text-sm leading-5">
        <input type="checkbox" name="revokeTokens" className="mt-0.5 size-4 shrink-0 accent-accent" />
        {t("revokeTokens")}
      </label>
      <FormProblem problem={problem} />
      <Button type="submit" busy={busy}>
        {t("changePassword")}
      </Button>
    </form>
  );
}
