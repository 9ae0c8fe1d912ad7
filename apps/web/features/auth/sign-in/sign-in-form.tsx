"use client";

import { linkOidc, login, startOidc, urlOf } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { ApiError, call } from "@/lib/api";
import { FormProblem } from "../form/form-problem";
import { useFragment } from "../form/use-fragment";
import { useSubmit } from "../form/use-submit";
import { usePasskeySignIn } from "../passkeys/use-passkey-sign-in";
import { nextPath, useSession, useSettings } from "../session";
import { OtherWays } from "./other-ways";
import { SecondStep } from "./second-step";

export function SignInForm() {
  const t = useTranslations("auth");
  const router = useRouter();
  const client = useQueryClient();
  const settings = useSettings();
  const { user, data: session } = useSession();
  const setupOpen = settings.data?.setupOpen;
  const [linking, setLinking] = useState<string>();
  useEffect(() => {
    if (setupOpen) router.replace("/setup");
    // Who came back from another service to sign in by password continues by linking the two.
    else if (user && linking) void startLinking(linking);
    else if (user) router.replace(nextPath());
  }, [setupOpen, user, router, linking]);

  const [challenge, setChallenge] = useState<string>();
  const [came, setCame] = useState<{ next: string; problem: string | null }>();
  const fragment = useFragment();
  // Who comes back from another service: with a second step still to do, or with what went wrong.
  useEffect(() => {
    if (!fragment) return;
    setChallenge(fragment.get("challenge") ?? undefined);
    const query = new URLSearchParams(window.location.search);
    const problem = query.get("problem");
    setCame({ next: nextPath(), problem });
    if (problem === "account_not_linked") setLinking(query.get("provider") ?? undefined);
  }, [fragment]);

  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const body = { email: String(data.get("email")), password: String(data.get("password")) };
    try {
      await call(login, { body });
    } catch (error) {
      const step = error instanceof ApiError ? error.problem.challenge : undefined;
      if (!step) throw error;
      return setChallenge(step);
    }
    await client.invalidateQueries();
  });

  const passkeys = usePasskeySignIn(settings.data?.passkeys === true && user === null && !challenge, {
    onSignedIn: () => client.invalidateQueries(),
    onChallenge: setChallenge,
  });

  if (challenge && !user) {
    return (
      <SecondStep
        challenge={challenge}
        onDone={() => client.invalidateQueries()}
        onCancel={() => setChallenge(undefined)}
      />
    );
  }
  const back = came?.problem && {
    message: t.has(`problem.${came.problem}`) ? t(`problem.${came.problem}`) : t("problem.other"),
  };

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <h1 className="font-semibold text-lg">{t("signInTitle")}</h1>
      {session?.ended && <p className="text-ink-muted text-sm">{t("ended")}</p>}
      <Field label={t("email")} name="email" type="email" autoComplete="username webauthn" required first />
      <Field label={t("password")} name="password" type="password" autoComplete="current-password" required />
      <FormProblem problem={problem ?? passkeys.problem ?? (back || undefined)} />
      <Button type="submit" variant="primary" size="lg" busy={busy || Boolean(user)}>
        {t(linking ? "signInAndLink" : "signIn")}
      </Button>
      {linking && came && (
        <a
          href={`${urlOf(startOidc, { params: { provider: linking }, query: { next: came.next, takeAddress: "true" } })}`}
          className={buttonClass({ size: "lg", className: "w-full" })}
        >
          {t("notMyAccount")}
        </a>
      )}
      {passkeys.offered && (
        <Button size="lg" busy={passkeys.busy} onClick={() => void passkeys.signIn()}>
          <Fingerprint />
          {t("usePasskey")}
        </Button>
      )}
      <Link
        href="/recover"
        className="-mt-1 text-center font-medium text-accent-text text-sm underline-offset-4 hover:underline"
      >
        {t("forgot")}
      </Link>
      {came && !linking && <OtherWays next={came.next} />}
      {(settings.data?.signup === "open" || settings.data?.signup === "approval") && (
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

/** The other service asks once more who it is, and leads back here. */
async function startLinking(provider: string): Promise<void> {
  try {
    const { url } = await call(linkOidc, { body: { provider, next: nextPath() } });
    window.location.assign(url);
  } catch {
    // Signed in is what counts; the account page offers nothing less.
    window.location.assign(nextPath());
  }
}
