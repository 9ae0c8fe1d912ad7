"use client";

import type { BackupSchedule, BackupTarget, Retention } from "@holdfast/contract";
import { createBackupSchedule, updateBackupSchedule } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/components/button/button";
import { ChoiceCards } from "@/components/form/choice-cards";
import { Field } from "@/components/form/field";
import { LabelledSelect } from "@/components/form/select";
import { Dialog, dialogButtons } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import type { Scope } from "../work/queries";
import { localTimeZone } from "../work/when";
import { type CronForm, cronOf, formOf, freshForm, type Repeat } from "./cron-form";
import { NextRuns } from "./next-runs";
import { choiceOf, RetentionFields, standardRetention } from "./retention-form";
import { WithVersionsBox } from "./with-versions-box";

const repeats: readonly Repeat[] = ["hourly", "daily", "weekly", "monthly", "custom"];
const days = [1, 2, 3, 4, 5, 6, 0] as const;

type EditorProps = {
  scope: Scope;
  /** Of scope space: the team. */
  spaceId?: string | undefined;
  /** Null for a new one. */
  schedule: BackupSchedule | null;
  targets: readonly BackupTarget[];
  open: boolean;
  onClose: () => void;
};

export function ScheduleDialog({ open, onClose, ...rest }: EditorProps) {
  const t = useTranslations("backups.schedule");
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t(rest.schedule ? "editTitle" : "newTitle")}
      className="sm:max-w-xl"
    >
      <ScheduleForm key={rest.schedule?.id ?? "new"} {...rest} onDone={onClose} />
    </Dialog>
  );
}

function ScheduleForm({
  scope,
  spaceId,
  schedule,
  targets,
  onDone,
}: Omit<EditorProps, "open" | "onClose"> & { onDone: () => void }) {
  const t = useTranslations("backups.schedule");
  const common = useTranslations("common");
  const client = useQueryClient();
  const zones = useId();
  const [form, setForm] = useState<CronForm>(schedule ? formOf(schedule.cron) : freshForm);
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? localTimeZone());
  const [retention, setRetention] = useState<Retention>(schedule?.retention ?? standardRetention);
  const [custom, setCustom] = useState(choiceOf(retention) === "custom");
  const standard = targets.find((target) => target.isDefault) ?? targets[0];
  const [targetId, setTargetId] = useState(schedule?.targetId ?? standard?.id ?? "");
  const [withVersions, setWithVersions] = useState(schedule?.withVersions ?? false);
  const change = (next: Partial<CronForm>) => setForm({ ...form, ...next });
  const cron = cronOf(form);
  const { busy, problem, onSubmit } = useSubmit(async () => {
    const choice = scope !== "instance" ? { withVersions } : {};
    const body = { cron, timeZone, retention, ...choice, ...(targetId ? { targetId } : {}) };
    if (schedule) await call(updateBackupSchedule, { params: { id: schedule.id }, body });
    else await call(createBackupSchedule, { body: { ...body, scope, spaceId } });
    await client.invalidateQueries({ queryKey: keys.backups });
    toast.success(t("saved"));
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <ChoiceCards
        aria-label={t("repeat")}
        value={form.repeat}
        onChange={(repeat) => change({ repeat, cron })}
        choices={repeats.map((value) => ({ value, label: t(`repeats.${value}`) }))}
        className="flex flex-wrap gap-1.5 *:min-w-[30%] *:flex-1 sm:*:min-w-0"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {form.repeat === "weekly" && (
          <LabelledSelect
            label={t("weekday")}
            value={String(form.weekday)}
            onValueChange={(next) => change({ weekday: Number(next) })}
            items={days.map((day) => ({ value: String(day), label: t(`day.${day}`) }))}
          />
        )}
        {form.repeat === "monthly" && (
          <LabelledSelect
            label={t("dayOfMonth")}
            value={String(form.day)}
            onValueChange={(next) => change({ day: Number(next) })}
            items={Array.from({ length: 28 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }))}
          />
        )}
        {["daily", "weekly", "monthly"].includes(form.repeat) && (
          <Field
            label={t("time")}
            type="time"
            required
            value={form.time}
            onChange={(event) => event.target.value && change({ time: event.target.value.slice(0, 5) })}
          />
        )}
        {form.repeat === "custom" && (
          <Field
            label={t("cron")}
            hint={t("cronHint")}
            value={form.cron}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => change({ cron: event.target.value })}
          />
        )}
        {form.repeat !== "hourly" && (
          <div>
            <Field
              label={t("timeZone")}
              list={zones}
              value={timeZone}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setTimeZone(event.target.value)}
            />
            <datalist id={zones}>
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </datalist>
          </div>
        )}
      </div>
      <NextRuns cron={cron} timeZone={timeZone} />
      <RetentionFields
        value={retention}
        custom={custom}
        scheduleId={schedule?.id}
        onChange={(value, isCustom) => {
          setRetention(value);
          setCustom(isCustom);
        }}
      />
      {scope !== "instance" && <WithVersionsBox checked={withVersions} onChange={setWithVersions} explained />}
      {targets.length > 1 && (
        <LabelledSelect
          label={t("target")}
          value={targetId}
          onValueChange={setTargetId}
          items={targets.map((target) => ({ value: target.id, label: target.name }))}
        />
      )}
      <FormProblem problem={problem} />
      <div className={dialogButtons}>
        <Button variant="ghost" onClick={onDone}>
          {common("cancel")}
        </Button>
        <Button type="submit" variant="primary" busy={busy}>
          {t(schedule ? "save" : "createAction")}
        </Button>
      </div>
    </form>
  );
}
