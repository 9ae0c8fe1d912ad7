"use client";

import { resendConfirmation } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "@/components/button/button";
import { call, problemOf } from "@/lib/api";
import { FormProblem } from "../form/form-problem";

/** Seconds until the server sends the first mail again; each further one takes twice as long, up to `longest`. */
const first = 60;
const longest = 300;

/** The confirming mail once more, when enough time has passed for the former one to have come. */
export function ResendConfirmation({ email }: { email: string }) {
  const t = useTranslations("auth");
  const [sent, setSent] = useState(0);
  const [until, setUntil] = useState(() => Date.now() + first * 1000);
  const [now, setNow] = useState(() => Date.now());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>();
  const left = Math.max(0, Math.ceil((until - now) / 1000));

  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [left]);

  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await call(resendConfirmation, { body: { email } });
      setSent(sent + 1);
      setUntil(Date.now() + Math.min(longest, first * 2 ** (sent + 1)) * 1000);
      setNow(Date.now());
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex w-full flex-col items-center gap-3">
      <Button busy={busy} disabled={left > 0} onClick={() => void send()} className="tabular-nums">
        {left > 0
          ? t("resendIn", { time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` })
          : t("resend")}
      </Button>
      <output className="block text-ink-muted text-sm empty:hidden">{sent > 0 && t("resent")}</output>
      <FormProblem problem={problem} />
    </div>
  );
}
