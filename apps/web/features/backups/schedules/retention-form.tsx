"use client";

import type { Retention } from "@holdfast/contract";
import { previewRetention } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Field } from "@/components/form/field";
import { LabelledSelect } from "@/components/form/select";
import { call } from "@/lib/api";
import { useDebounced } from "./use-debounced";

const presets = {
  standard: { daily: 7, weekly: 4, monthly: 12 },
  short: { last: 7 },
  long: { daily: 30, weekly: 12, monthly: 24, yearly: 10 },
  all: {},
} as const satisfies Record<string, Retention>;

const rules = ["last", "withinDays", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
type Choice = keyof typeof presets | "custom";

export const standardRetention: Retention = presets.standard;

function sameRules(a: Retention, b: Retention): boolean {
  return rules.every((rule) => (a[rule] ?? 0) === (b[rule] ?? 0));
}

/** The preset that a rule is, or `custom`. */
export function choiceOf(retention: Retention): Choice {
  const names = Object.keys(presets) as (keyof typeof presets)[];
  return names.find((name) => sameRules(presets[name], retention)) ?? "custom";
}

type RetentionFieldsProps = {
  value: Retention;
  custom: boolean;
  onChange: (value: Retention, custom: boolean) => void;
  /** The schedule whose backups the rule is tried on. */
  scheduleId: string | undefined;
};

/** How long backups stay: a preset, or numbers; and what that would do to those that are there. */
export function RetentionFields({ value, custom, onChange, scheduleId }: RetentionFieldsProps) {
  const t = useTranslations("backups.retention");
  const choice = custom ? "custom" : choiceOf(value);
  const choices: Choice[] = ["standard", "short", "long", "all", "custom"];
  return (
    <div className="flex flex-col gap-3">
      <LabelledSelect
        label={t("label")}
        value={choice}
        onValueChange={(next) => onChange(next === "custom" ? value : presets[next], next === "custom")}
        items={choices.map((key) => ({ value: key, label: t(key) }))}
      />
      {choice === "custom" && (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {rules.map((rule) => (
            <Field
              key={rule}
              label={t(`rule.${rule}`)}
              inputMode="numeric"
              type="number"
              min={0}
              max={10_000}
              value={value[rule] ?? ""}
              onChange={(event) => {
                const count = Number.parseInt(event.target.value, 10);
                onChange({ ...value, [rule]: count > 0 ? Math.min(count, 10_000) : undefined }, true);
              }}
            />
          ))}
        </div>
      )}
      {scheduleId && <Effect scheduleId={scheduleId} retention={value} />}
    </div>
  );
}

function Effect({ scheduleId, retention }: { scheduleId: string; retention: Retention }) {
  const t = useTranslations("backups.retention");
  const wanted = useDebounced(retention);
  const query = useQuery({
    queryKey: ["retention-preview", scheduleId, wanted],
    queryFn: () => call(previewRetention, { params: { id: scheduleId }, body: { retention: wanted } }),
    placeholderData: keepPreviousData,
  });
  return (
    <p className="min-h-5 text-[0.8125rem] text-ink-muted" aria-live="polite">
      {query.data && t("effect", { keep: query.data.keep.length, remove: query.data.remove.length })}
    </p>
  );
}
