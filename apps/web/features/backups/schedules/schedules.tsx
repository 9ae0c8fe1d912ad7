"use client";

import type { BackupSchedule } from "@holdfast/contract";
import { deleteBackupSchedule, updateBackupSchedule } from "@holdfast/contract/client";
import { CalendarClock, CalendarPlus, PencilLine, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { SkeletonRows } from "@/components/feedback/state";
import { Switch } from "@/components/form/switch";
import { useConfirm } from "@/components/overlay/confirm";
import { call, problemOf } from "@/lib/api";
import { useBackupAct } from "../work/actions";
import { type Scope, useSchedules, useTargets } from "../work/queries";
import { Section } from "../work/section";
import { formatRun } from "../work/when";
import { ScheduleDialog } from "./schedule-editor";

/**
 * Backups that come by themselves: when, what stays, and the way to change it.
 * @param spaceId of scope space: the team
 */
export function Schedules({ scope, spaceId }: { scope: Scope; spaceId?: string }) {
  const t = useTranslations("backups.schedule");
  const query = useSchedules();
  const targets = useTargets().data?.items ?? [];
  const [editing, setEditing] = useState<{ open: boolean; schedule: BackupSchedule | null }>({
    open: false,
    schedule: null,
  });
  const schedules =
    query.data?.items.filter((schedule) => schedule.scope === scope && (!spaceId || schedule.userId === spaceId)) ?? [];
  const create = () => setEditing({ open: true, schedule: null });
  return (
    <Section
      title={t("title")}
      action={
        schedules.length > 0 && (
          <Button size="sm" onClick={create}>
            <CalendarPlus />
            {t("add")}
          </Button>
        )
      }
    >
      {query.isPending ? (
        <SkeletonRows rows={1} className="rounded-2xl border" />
      ) : query.error ? (
        <p role="alert" className="px-1 text-danger">
          {problemOf(query.error).message}
        </p>
      ) : schedules.length === 0 ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-2xl border border-dashed px-4 py-4">
          <CalendarClock aria-hidden="true" strokeWidth={1.6} className="size-6 text-ink-muted max-sm:hidden" />
          <p className="min-w-48 flex-1 text-ink-muted">{t("empty")}</p>
          <Button onClick={create}>
            <CalendarPlus />
            {t("create")}
          </Button>
        </div>
      ) : (
        <ul className="divide-y overflow-hidden rounded-2xl border">
          {schedules.map((schedule) => (
            <ScheduleRow
              key={schedule.id}
              schedule={schedule}
              onEdit={() => setEditing({ open: true, schedule })}
              targetName={targets.length > 1 ? targets.find(({ id }) => id === schedule.targetId)?.name : undefined}
            />
          ))}
        </ul>
      )}
      <ScheduleDialog
        scope={scope}
        spaceId={spaceId}
        open={editing.open}
        schedule={editing.schedule}
        targets={targets}
        onClose={() => setEditing({ ...editing, open: false })}
      />
    </Section>
  );
}

type RowProps = { schedule: BackupSchedule; targetName: string | undefined; onEdit: () => void };

function ScheduleRow({ schedule, targetName, onEdit }: RowProps) {
  const t = useTranslations("backups.schedule");
  const all = useTranslations("backups");
  const confirm = useConfirm();
  const act = useBackupAct();
  const [next] = schedule.nextRuns;
  const facts = [
    schedule.enabled && next ? t("next", { when: formatRun(next) }) : t("paused"),
    schedule.timeZone,
    ...(targetName ? [targetName] : []),
    ...(schedule.withVersions ? [all("withVersions.fact")] : []),
  ];
  const toggle = (enabled: boolean) =>
    act(() => call(updateBackupSchedule, { params: { id: schedule.id }, body: { enabled } }));
  const remove = async () => {
    const yes = await confirm({
      title: t("deleteTitle"),
      body: t("deleteBody"),
      action: t("delete"),
      danger: true,
    });
    if (yes) await act(() => call(deleteBackupSchedule, { params: { id: schedule.id } }));
  };
  return (
    <li className="flex items-center gap-2 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <Switch
          label={schedule.description}
          hint={facts.join(" · ")}
          checked={schedule.enabled}
          onCheckedChange={(enabled) => void toggle(enabled)}
        />
      </div>
      <IconButton
        label={t("edit")}
        spoken={t("editName", { name: schedule.description })}
        className="ml-2 text-ink-muted"
        onClick={onEdit}
      >
        <PencilLine />
      </IconButton>
      <IconButton
        label={t("delete")}
        spoken={t("deleteName", { name: schedule.description })}
        variant="danger-ghost"
        className="-mr-2"
        onClick={() => void remove()}
      >
        <Trash2 />
      </IconButton>
    </li>
  );
}
