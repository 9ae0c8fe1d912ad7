"use client";

import { confirmFactor, enrolFactor } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";
import { Field } from "@/components/form/field";
import { call } from "@/lib/api";
import { FormProblem } from "../form/form-problem";
import { RecoveryCodes } from "../form/recovery-codes";
import { useSubmit } from "../form/use-submit";

type Enrolled = { id: string; secret: string; qrCode: string };

/** Name, QR code, first code, recovery codes: each step leads to the next. */
export function SetUpFactor({ onDone }: { onDone: () => void }) {
  const t = useTranslations("secondFactor");
  const client = useQueryClient();
  const [enrolled, setEnrolled] = useState<Enrolled>();
  const [codes, setCodes] = useState<readonly string[]>();
  const naming = useSubmit(async (data) => {
    setEnrolled(await call(enrolFactor, { body: { name: String(data.get("name")) } }));
  });
  const confirming = useSubmit(async (data) => {
    if (!enrolled) return;
    const code = String(data.get("code")).replace(/\s/g, "");
    const done = await call(confirmFactor, { params: { id: enrolled.id }, body: { code } });
    if (done.recoveryCodes) return setCodes(done.recoveryCodes);
    await finish();
  });
  async function finish() {
    onDone();
    await client.invalidateQueries();
  }

  if (codes) return <RecoveryCodes codes={codes} onDone={() => void finish()} />;
  if (!enrolled) {
    return (
      <form method="post" onSubmit={naming.onSubmit} className="flex flex-col gap-4" noValidate>
        <Field
          label={t("name")}
          name="name"
          defaultValue={t("nameDefault")}
          maxLength={60}
          hint={t("nameHint")}
          required
        />
        <FormProblem problem={naming.problem} />
        <Button type="submit" variant="primary" size="lg" busy={naming.busy}>
          {t("next")}
        </Button>
      </form>
    );
  }
  return (
    <form method="post" onSubmit={confirming.onSubmit} className="flex flex-col gap-4" noValidate>
      <p className="text-ink-muted">{t("scanBody")}</p>
      <img src={enrolled.qrCode} alt={t("qrAlt")} className="mx-auto size-44 rounded-xl bg-white p-1" />
      <div className="flex items-center gap-2 rounded-lg border bg-canvas py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 select-all break-all font-mono text-[0.8125rem]">{enrolled.secret}</code>
        <CopyButton text={enrolled.secret} variant="ghost" size="icon-sm" label={t("copySecret")} />
      </div>
      <Field
        label={t("code")}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        required
        first
      />
      <FormProblem problem={confirming.problem} />
      <Button type="submit" variant="primary" size="lg" busy={confirming.busy}>
        {t("turnOn")}
      </Button>
    </form>
  );
}
