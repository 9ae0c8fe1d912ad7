"use client";

import { proofStatus, prove } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { Field } from "@/components/form/field";
import { DialogFrame } from "@/components/overlay/dialog-frame";
import { call } from "@/lib/api";
import { CodeField } from "../form/code-field";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { OtherWays } from "../sign-in/other-ways";

type ProofDialogProps = { open: boolean; onAnswer: (proved: boolean) => void };

/** "Confirm it is you": before a change of how somebody signs in, in a session that is older than a few minutes. */
export function ProofDialog({ open, onAnswer }: ProofDialogProps) {
  const t = useTranslations("prove");
  return (
    <DialogFrame
      open={open}
      onOpenChange={(next) => !next && onAnswer(false)}
      title={t("title")}
      description={t("body")}
    >
      {open && <Ways onDone={() => onAnswer(true)} />}
    </DialogFrame>
  );
}

/** What this account can be proved by; a further way is one more block here. */
function Ways({ onDone }: { onDone: () => void }) {
  const t = useTranslations("prove");
  const pathname = usePathname();
  const query = useQuery({ queryKey: ["prove"], queryFn: () => call(proofStatus), gcTime: 0 });
  if (query.isPending) return <div className="skeleton h-24" />;
  if (query.error)
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />;
  const { password, code } = query.data;
  if (password || code) return <ProofForm password={password} code={code} onDone={onDone} />;
  return (
    <div className="flex flex-col gap-4">
      <p>{t("signInAgain")}</p>
      <OtherWays next={pathname} />
    </div>
  );
}

function ProofForm({ password, code, onDone }: { password: boolean; code: boolean; onDone: () => void }) {
  const t = useTranslations("prove");
  const account = useTranslations("account");
  const factor = useTranslations("secondFactor");
  const [recovering, setRecovering] = useState(false);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const shown = String(data.get("code") ?? "").replace(/\s/g, "");
    const second = recovering ? { recoveryCode: shown } : { code: shown };
    await call(prove, {
      body: { ...(password ? { password: String(data.get("password")) } : {}), ...(code ? second : {}) },
    });
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      {password && (
        <Field
          label={account("currentPassword")}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          first
        />
      )}
      {code && <CodeField recovering={recovering} />}
      <FormProblem problem={problem} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        {code ? (
          <Button variant="ghost" size="sm" onClick={() => setRecovering(!recovering)}>
            {factor(recovering ? "useApp" : "useRecovery")}
          </Button>
        ) : (
          <span />
        )}
        <Button type="submit" variant="primary" busy={busy}>
          {t("action")}
        </Button>
      </div>
    </form>
  );
}
