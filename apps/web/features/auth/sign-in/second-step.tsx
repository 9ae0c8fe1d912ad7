"use client";

import { verifySecondFactor } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { call, hasCode } from "@/lib/api";
import { CodeField } from "../form/code-field";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { SecondStepPasskey, useSecondStep } from "../passkeys/second-step-passkey";

type SecondStepProps = { challenge: string; onDone: () => Promise<void>; onCancel: () => void };

/** After the password: the authenticator's code, a passkey, or one of the recovery codes. */
export function SecondStep({ challenge, onDone, onCancel }: SecondStepProps) {
  const t = useTranslations("secondFactor");
  const [recovering, setRecovering] = useState(false);
  const step = useSecondStep(challenge);
  const only = step.data?.app === false && step.data.passkey !== null;
  const asksForCode = recovering || !only;
  const { busy, problem, onSubmit, setProblem } = useSubmit(async (data) => {
    const text = String(data.get("code")).replace(/\s/g, "");
    await call(verifySecondFactor, { body: { challenge, ...(recovering ? { recoveryCode: text } : { code: text }) } });
    await onDone();
  });
  const [refused, setRefused] = useState<{ message: string }>();
  const late = problem?.code === "mfa_challenge_expired" || hasCode(step.error, "mfa_challenge_expired");
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        <h1 className="font-semibold text-lg">{t("stepTitle")}</h1>
        <p className="mt-1 text-ink-muted">
          {t(recovering ? "stepRecoveryBody" : only ? "stepPasskeyBody" : "stepBody")}
        </p>
      </div>
      {asksForCode && <CodeField recovering={recovering} first />}
      <FormProblem problem={problem ?? refused} />
      {!late && asksForCode && (
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {t("stepAction")}
        </Button>
      )}
      {!late && !recovering && (
        <SecondStepPasskey
          challenge={challenge}
          only={only}
          onDone={onDone}
          onProblem={(found) => {
            setProblem(undefined);
            setRefused(found);
          }}
        />
      )}
      <div className="flex flex-wrap justify-between gap-2">
        <Button variant="ghost" size="sm" onClick={onCancel}>
          {t("startOver")}
        </Button>
        {!late && (
          <Button
            variant="ghost"
            size="sm"
            onClick={() => {
              setProblem(undefined);
              setRefused(undefined);
              setRecovering(!recovering);
            }}
          >
            {t(recovering ? (only ? "back" : "useApp") : "useRecovery")}
          </Button>
        )}
      </div>
    </form>
  );
}
