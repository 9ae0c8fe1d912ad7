"use client";

import type { Rewind } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Progress } from "@/components/feedback/progress";
import { Field } from "@/components/form/field";
import { dialogButtons } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { RewindPlan } from "./rewind-plan";
import { useRewind } from "./use-rewind";

const hourMs = 3_600_000;

/** What an input of a date and a time takes, in the time zone of the browser. */
function localTime(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

export function RewindForm({ userId, to, onDone }: { userId: string; to?: string | undefined; onDone: () => void }) {
  const t = useTranslations("suspicious.rewind");
  const [given, setGiven] = useState(() => localTime(to ? new Date(to) : new Date(Date.now() - hourMs)));
  const [changed, setChanged] = useState(false);
  const preview = useRewind(userId);
  const run = useRewind(userId);
  // A suggested time is exact to the millisecond; the input is not.
  const at = to && !changed ? to : new Date(given).toISOString();
  const shown = preview.rewind?.status === "completed" ? preview.rewind : undefined;
  const items = shown?.itemsTotal ?? 0;
  if (run.rewind) return <RewindRun rewind={run.rewind} problem={run.problem} onCancel={run.cancel} onDone={onDone} />;
  return (
    <form
      method="post"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void preview.begin(at, true);
      }}
    >
      <Field
        label={t("to")}
        name="to"
        type="datetime-local"
        step={1}
        required
        value={given}
        onChange={({ target }) => {
          setGiven(target.value);
          setChanged(true);
          preview.forget();
        }}
        hint={t(to && !changed ? "toSuggested" : "toHint")}
      />
      <p className="rounded-lg bg-warning-soft px-3 py-2.5 text-[0.8125rem] leading-5">{t("first")}</p>
      <FormProblem problem={preview.problem ?? run.problem ?? failureOf(preview.rewind)} />
      {shown && <RewindPlan rewind={shown} />}
      <div className={dialogButtons}>
        <Button onClick={onDone}>{t("close")}</Button>
        {shown && items > 0 ? (
          <Button variant="primary" busy={run.busy} onClick={() => void run.begin(at, false)}>
            {t("start", { count: items })}
          </Button>
        ) : (
          <Button type="submit" variant="primary" busy={preview.busy} disabled={given === ""}>
            {t("preview")}
          </Button>
        )}
      </div>
    </form>
  );
}

function failureOf(rewind: Rewind | undefined): { message: string } | undefined {
  return rewind?.error ? { message: rewind.error } : undefined;
}

type RunProps = {
  rewind: Rewind;
  problem: { message: string } | undefined;
  onCancel: () => Promise<void>;
  onDone: () => void;
};

function RewindRun({ rewind, problem, onCancel, onDone }: RunProps) {
  const t = useTranslations("suspicious.rewind");
  const { status, itemsDone, itemsTotal } = rewind;
  const running = status === "running";
  return (
    <div className="flex flex-col gap-4">
      <div aria-live="polite" className="flex flex-col gap-2">
        <p className="font-medium">{t(`status.${status}`)}</p>
        <p className="text-[0.8125rem] text-ink-muted">
          {itemsTotal === null ? t("looking") : t("done", { done: itemsDone, total: itemsTotal })}
        </p>
      </div>
      {running && <Progress value={itemsTotal ? itemsDone / itemsTotal : 0} label={t("progress")} />}
      <FormProblem problem={problem ?? failureOf(rewind)} />
      {status === "completed" && <RewindPlan rewind={rewind} ended />}
      <div className={dialogButtons}>
        {running && <Button onClick={() => void onCancel()}>{t("cancel")}</Button>}
        <Button variant="primary" onClick={onDone}>
          {t(running ? "leave" : "close")}
        </Button>
      </div>
    </div>
  );
}
