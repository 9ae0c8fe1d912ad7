"use client";

import type { AlertRule } from "@holdfast/contract";
import { adminUpdateAlertRules } from "@holdfast/contract/client";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { inputClass } from "@/components/form/field";
import { Switch } from "@/components/form/switch";
import { call } from "@/lib/api";
import { cn } from "@/lib/cn";
import { useAlertAct, useAlertRules } from "./queries";

/** Every kind of alert: on or off, and from what on. */
export function Rules() {
  const t = useTranslations("operateAlerts.rules");
  const query = useAlertRules();
  if (query.isPending) return <SkeletonRows className="overflow-hidden rounded-2xl border" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={retry} className="rounded-2xl border" />;
  }
  return (
    <>
      <p className="mb-4 text-ink-muted">{t("body")}</p>
      <ul className="divide-y overflow-hidden rounded-2xl border">
        {query.data.items.map((rule) => (
          <RuleRow key={rule.kind} rule={rule} />
        ))}
      </ul>
    </>
  );
}

function RuleRow({ rule }: { rule: AlertRule }) {
  const t = useTranslations("operateAlerts.rules");
  const act = useAlertAct();
  const { kind, threshold } = rule;
  const save = (change: { enabled?: boolean; threshold?: number | null }) =>
    act(() => call(adminUpdateAlertRules, { body: { items: [{ kind, ...change }] } }), t("saved"));
  return (
    <li className="px-4 py-3.5">
      <Switch
        label={rule.name}
        hint={rule.why}
        checked={rule.enabled}
        onCheckedChange={(enabled) => void save({ enabled })}
      />
      {threshold && rule.enabled && (
        <ThresholdForm key={threshold.value} threshold={threshold} save={(value) => save({ threshold: value })} />
      )}
    </li>
  );
}

type ThresholdProps = {
  threshold: NonNullable<AlertRule["threshold"]>;
  save: (value: number | null) => Promise<boolean>;
};

function ThresholdForm({ threshold: { label, unit, value, usual, min, max }, save }: ThresholdProps) {
  const t = useTranslations("operateAlerts.rules");
  const id = useId();
  const [text, setText] = useState(String(value));
  const number = Number(text);
  const fits = text.trim() !== "" && Number.isFinite(number) && number >= min && number <= max;
  const changed = number !== value;
  return (
    <form
      method="post"
      className="mt-2.5 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits && changed) void save(number);
      }}
    >
      <label htmlFor={id} className="text-ink-muted">
        {label}
      </label>
      <span className="flex items-center gap-2">
        <input
          id={id}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          aria-invalid={fits ? undefined : true}
          aria-describedby={`${id}-bounds`}
          className={cn(inputClass, "h-8 w-22 text-right text-sm tabular-nums")}
        />
        <span>{t(`unit.${unit}`)}</span>
      </span>
      {changed && fits && (
        <Button type="submit" size="sm" variant="primary">
          {t("save")}
        </Button>
      )}
      {!changed && value !== usual && (
        <Button size="sm" variant="ghost" onClick={() => void save(null)}>
          {t("usual", { usual })}
        </Button>
      )}
      <span id={`${id}-bounds`} role={fits ? undefined : "alert"} className={fits ? "sr-only" : "text-danger"}>
        {t("bounds", { min, max })}
      </span>
    </form>
  );
}
