"use client";

import type { BackupTarget } from "@holdfast/contract";
import {
  deleteBackupTarget,
  startOverBackupTarget,
  testBackupTarget,
  updateBackupTarget,
} from "@holdfast/contract/client";
import type { UseQueryResult } from "@tanstack/react-query";
import { Cloud, HardDrive, Plus, RotateCcw, Star, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { MenuItem, MenuPopup, MenuRoot, MoreMenuButton } from "@/components/overlay/menu";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { useBackupAct } from "../work/actions";
import { Section } from "../work/section";
import { TargetDialog } from "./target-dialog";

/** Where backups go, each with the proof that it can be used. */
export function Targets({ query }: { query: UseQueryResult<{ items: BackupTarget[] }> }) {
  const t = useTranslations("backups.target");
  const [adding, setAdding] = useState(false);
  return (
    <Section
      anchor="targets"
      title={t("title")}
      body={t("body")}
      action={
        <Button size="sm" onClick={() => setAdding(true)}>
          <Plus />
          {t("add")}
        </Button>
      }
    >
      {query.isPending ? (
        <SkeletonRows rows={1} className="rounded-2xl border" />
      ) : query.error ? (
        <ErrorState
          title={t("notLoaded")}
          error={query.error}
          onRetry={() => void query.refetch()}
          className="rounded-2xl border py-8"
        />
      ) : (
        <ul className="divide-y overflow-hidden rounded-2xl border">
          {query.data.items.map((target) => (
            <TargetRow key={target.id} target={target} />
          ))}
        </ul>
      )}
      <TargetDialog open={adding} onClose={() => setAdding(false)} />
    </Section>
  );
}

type Trial = { ok: boolean; detail: string; freeBytes: number | null };

function TargetRow({ target }: { target: BackupTarget }) {
  const t = useTranslations("backups.target");
  const confirm = useConfirm();
  const act = useBackupAct();
  const [testing, setTesting] = useState(false);
  const [trial, setTrial] = useState<Trial | null>(null);
  const test = async () => {
    setTesting(true);
    await act(async () => setTrial(await call(testBackupTarget, { params: { id: target.id } })));
    setTesting(false);
  };
  const remove = async () => {
    const yes = await confirm({
      title: t("deleteTitle", { name: target.name }),
      body: t("deleteBody"),
      action: t("delete"),
      danger: true,
    });
    if (yes) await act(() => call(deleteBackupTarget, { params: { id: target.id } }), t("deleted"));
  };
  const startOver = async () => {
    const yes = await confirm({
      title: t("startOverTitle", { name: target.name }),
      body: t("startOverBody"),
      action: t("startOver"),
      danger: true,
    });
    if (!yes) return;
    const work = () => call(startOverBackupTarget, { params: { id: target.id } });
    if (await act(work, t("startedOver", { name: target.name }))) setTrial(null);
  };
  const Icon = target.kind === "s3" ? Cloud : HardDrive;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <Icon aria-hidden="true" strokeWidth={1.6} className="mt-1.5 size-6 shrink-0 text-ink-muted max-sm:hidden" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{target.name}</span>
          {target.isDefault && <Badge tone="accent">{t("default")}</Badge>}
        </p>
        {target.location && <p className="break-all text-ink-muted text-xs leading-5">{target.location}</p>}
        {target.sameDisk && <p className="text-[0.8125rem] text-warning leading-5">{t("sameDisk")}</p>}
        <p aria-live="polite" className="text-[0.8125rem] leading-5">
          {trial ? (
            <span className={trial.ok ? "text-success" : "text-danger"}>
              {trial.detail}
              {trial.freeBytes !== null && ` ${t("free", { size: formatBytes(trial.freeBytes) })}`}
            </span>
          ) : target.lastTestError ? (
            <span className="text-danger">{target.lastTestError}</span>
          ) : (
            target.lastTestAt && (
              <span className="text-ink-muted">
                {t.rich("tested", { when: () => <Time at={target.lastTestAt ?? ""} style="full" /> })}
              </span>
            )
          )}
        </p>
      </div>
      <Button size="sm" busy={testing} aria-label={t("testName", { name: target.name })} onClick={() => void test()}>
        {t("test")}
      </Button>
      {(!target.isDefault || target.lastTestError) && (
        <MenuRoot>
          <MoreMenuButton label={t("actionsFor", { name: target.name })} size="icon-sm" className="-mr-2" />
          <MenuPopup align="end" label={t("actionsFor", { name: target.name })}>
            {target.lastTestError && (
              <MenuItem icon={<RotateCcw />} danger onClick={() => void startOver()}>
                {t("startOver")}
              </MenuItem>
            )}
            {!target.isDefault && (
              <>
                <MenuItem
                  icon={<Star />}
                  onClick={() =>
                    void act(
                      () => call(updateBackupTarget, { params: { id: target.id }, body: { isDefault: true } }),
                      t("madeDefault", { name: target.name }),
                    )
                  }
                >
                  {t("makeDefault")}
                </MenuItem>
                <MenuItem icon={<Trash2 />} danger onClick={() => void remove()}>
                  {t("delete")}
                </MenuItem>
              </>
            )}
          </MenuPopup>
        </MenuRoot>
      )}
    </li>
  );
}
