"use client";

import { verifySecondFactor } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { call } from "@/lib/api";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";

type SecondStepProps = { challenge: string; onDone: () => Promise<void>; onCancel: () => void };

/** After the password: the authenticator's code, or one of the recovery codes. */
export function SecondStep({ challenge, onDone, onCancel }: SecondStepProps) {
  const t = useTranslations("secondFactor");
  const [recovering, setRecovering] = useState(false);
  const { busy, problem, onSubmit, setProblem } = useSubmit(async (data) => {
    const text = String(data.get("code")).replace(/\s/g, "");
    await call(verifySecondFactor, { body: { challenge, ...(recovering ? { recoveryCode: text } : { code: text }) } });
    await onDone();
  });
  const late = problem?.code === "mfa_challenge_expired";
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <div>
        <h1 className="font-semibold text-lg">{t("stepTitle")}</h1>
        <p className="mt-1 text-ink-muted">{t(recovering ? "stepRecoveryBody" : "stepBody")}</p>
      </div>
      <Field
        key={String(recovering)}
        label={t(recovering ? "recoveryCode" : "code")}
        name="code"
        inputMode={recovering ? "text" : "numeric"}
        autoComplete={recovering ? "off" : "one-time-code"}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={recovering ? 40 : 10}
        required
        first
      />
      <FormProblem problem={problem} />
      {!late && (
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {t("stepAction")}
        </Button>
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
              setRecovering(!recovering);
            }}
          >
            {t(recovering ? "useApp" : "useRecovery")}
          </Button>
        )}
      </div>
    </form>
  );
}
