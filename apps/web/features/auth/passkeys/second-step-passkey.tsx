"use client";

import { startSecondStep, verifySecondFactor } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { call } from "@/lib/api";
import { getPasskey } from "./ceremony";
import { useObstacle, usePasskeyProblem } from "./use-passkey-problem";

/** How a sign-in that waits for its second step can be finished; undefined while it is asked. */
export function useSecondStep(challenge: string) {
  return useQuery({
    queryKey: ["second-step", challenge],
    queryFn: () => call(startSecondStep, { body: { challenge } }),
    retry: 0,
    staleTime: 4 * 60_000,
    gcTime: 0,
  });
}

interface SecondStepPasskeyProps {
  challenge: string;
  /** It is the only way but a recovery code. */
  only: boolean;
  onDone: () => Promise<void>;
  onProblem: (problem: { message: string } | undefined) => void;
}

/** Finishes the sign-in with a passkey, where there is one and this browser can use it. */
export function SecondStepPasskey({ challenge, only, onDone, onProblem }: SecondStepPasskeyProps) {
  const t = useTranslations("passkeys");
  const explain = usePasskeyProblem();
  const step = useSecondStep(challenge);
  const [busy, setBusy] = useState(false);
  const question = step.data?.passkey;
  const obstacle = useObstacle();
  if (!question) return null;
  if (obstacle) return only ? <p className="text-ink-muted">{obstacle}</p> : null;
  const finish = async () => {
    onProblem(undefined);
    setBusy(true);
    try {
      const credential = await getPasskey(question.options);
      const passkey = { challengeId: question.challengeId, credential };
      await call(verifySecondFactor, { body: { challenge, passkey } });
      await onDone();
    } catch (error) {
      onProblem(explain(error));
      // Each question is good for one answer.
      await step.refetch();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant={only ? "primary" : "secondary"} size="lg" busy={busy} onClick={() => void finish()}>
      <Fingerprint />
      {t("use")}
    </Button>
  );
}
