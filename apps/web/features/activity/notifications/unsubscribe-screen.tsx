"use client";

import { unsubscribe } from "@holdfast/contract/client";
import { MailX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { call, problemOf } from "@/lib/api";

/** Where an email leads to turn such emails off. Nothing happens by opening it: programs open links of emails to look at them. */
export function UnsubscribeScreen() {
  const t = useTranslations("activity.unsubscribe");
  const [token, setToken] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => setToken(new URLSearchParams(window.location.hash.slice(1)).get("token") ?? ""), []);
  if (token === null) return <div className="skeleton h-48" />;
  const turnOff = async () => {
    setBusy(true);
    setProblem("");
    try {
      await call(unsubscribe, { body: { token } });
      setDone(true);
    } catch (error) {
      setProblem(problemOf(error).code === "not_found" ? t("wrong") : problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <EmptyState
      level={1}
      icon={<MailX />}
      title={done ? t("doneTitle") : t("title")}
      body={<span role={done ? "status" : undefined}>{done ? t("doneBody") : t("body")}</span>}
      className="px-0 py-4"
    >
      {problem && (
        <p role="alert" className="w-full text-danger text-sm">
          {problem}
        </p>
      )}
      {!done && (
        <Button variant="primary" busy={busy} onClick={() => void turnOff()}>
          {t("turnOff")}
        </Button>
      )}
      <Link href="/account#notifications" className={buttonClass({ variant: done ? "primary" : "ghost" })}>
        {t("settings")}
      </Link>
    </EmptyState>
  );
}
