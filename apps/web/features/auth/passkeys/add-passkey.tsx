"use client";

import { addPasskey, startPasskey } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { checkFields } from "@/lib/field-problems";
import { FormProblem } from "../form/form-problem";
import { RecoveryCodes } from "../form/recovery-codes";
import { createPasskey } from "./ceremony";
import { useObstacle, usePasskeyProblem } from "./use-passkey-problem";

/** A name, then the browser's own dialog; then recovery codes, where the server requires a second factor and there were none. */
export function AddPasskey({ onDone }: { onDone: () => void }) {
  const t = useTranslations("passkeys");
  const client = useQueryClient();
  const explain = usePasskeyProblem();
  const obstacle = useObstacle();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string }>();
  const [codes, setCodes] = useState<readonly string[]>();

  async function finish() {
    onDone();
    await client.invalidateQueries();
  }
  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    if (busy || !checkFields(form)) return;
    setProblem(undefined);
    setBusy(true);
    try {
      const { challengeId, options } = await call(startPasskey);
      const credential = await createPasskey(options);
      const name = String(new FormData(form).get("name"));
      const { recoveryCodes } = await call(addPasskey, { body: { challengeId, credential, name } });
      if (recoveryCodes) setCodes(recoveryCodes);
      else await finish();
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  }

  if (codes) return <RecoveryCodes codes={codes} onDone={() => void finish()} />;
  if (obstacle) return <p className="text-ink-muted">{obstacle}</p>;
  return (
    <form method="post" onSubmit={(event) => void add(event)} className="flex flex-col gap-4" noValidate>
      <p className="text-ink-muted">{t("addBody")}</p>
      <Field
        label={t("name")}
        name="name"
        defaultValue={agentName(navigator.userAgent)}
        maxLength={60}
        hint={t("nameHint")}
        required
        first
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("create")}
      </Button>
    </form>
  );
}
