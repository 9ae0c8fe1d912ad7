"use client";

import type { Backup, BackupPart } from "@holdfast/contract";
import { previewRestore, restoreBackup } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";
import { Button } from "@/components/button/button";
import { ChoiceCards } from "@/components/form/choice-cards";
import { Dialog, dialogButtons } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { call, problemOf } from "@/lib/api";
import { keys } from "@/lib/query";
import { backupKeys, useRestore } from "../work/queries";
import { formatStamp } from "../work/when";
import { RestoreDifference } from "./restore-difference";
import { RestoreStatus } from "./restores";

export type RestoreSource = {
  backup: Backup;
  /** What comes from another part than the files has no place to go back to. */
  part?: BackupPart;
  /** Null: everything. */
  paths: readonly string[] | null;
  /** What it is among people: a name or a count; null for everything. */
  what: string | null;
  /** Into whose account, where it is not one's own. */
  person?: string | null;
};

type DialogProps = { source: RestoreSource | null; onClose: () => void };

/** Brings files back: first where to, then what that would do, and only then the button. */
export function RestoreDialog({ source, onClose }: DialogProps) {
  const t = useTranslations("backups.restore");
  // What was shown stays while the dialog fades.
  const [shown, setShown] = useState(source);
  const [restoreId, setRestoreId] = useState<string | null>(null);
  const sentenceOf = ({ backup, person }: RestoreSource) => {
    const when = formatStamp(backup.backupDate ?? backup.createdAt);
    return person ? t("fromInto", { when, person }) : t("from", { when });
  };
  useEffect(() => {
    if (!source) return;
    setShown(source);
    setRestoreId(null);
  }, [source]);
  return (
    <Dialog
      open={source !== null}
      onOpenChange={(next) => !next && onClose()}
      title={
        shown ? (shown.what === null ? t(`titleAll.${shown.part ?? "files"}`) : t("title", { what: shown.what })) : ""
      }
      description={shown && sentenceOf(shown)}
      className="sm:max-w-lg"
    >
      {restoreId ? (
        <Running id={restoreId} own={!shown?.person} onClose={onClose} />
      ) : (
        shown && <RestoreForm source={shown} onStarted={setRestoreId} onClose={onClose} />
      )}
    </Dialog>
  );
}

type Mode = "new-folder" | "in-place";
type Newer = "keep" | "replace";

function RestoreForm({
  source,
  onStarted,
  onClose,
}: {
  source: RestoreSource;
  onStarted: (id: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations("backups.restore");
  const common = useTranslations("common");
  const client = useQueryClient();
  const newerLabel = useId();
  const [mode, setMode] = useState<Mode>("new-folder");
  const [newer, setNewer] = useState<Newer>("keep");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string }>();
  const { backup, part = "files", paths } = source;
  const wanted = { part, ...(paths ? { paths: [...paths] } : {}), mode, newer };
  const difference = useQuery({
    queryKey: backupKeys.preview(backup.id, wanted),
    queryFn: () => call(previewRestore, { params: { id: backup.id }, body: wanted }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const count = difference.data ? difference.data.new + difference.data.changed : 0;
  const start = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const restore = await call(restoreBackup, { params: { id: backup.id }, body: wanted });
      client.setQueryData(backupKeys.restore(restore.id), restore);
      await client.invalidateQueries({ queryKey: backupKeys.restores });
      onStarted(restore.id);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-4">
      {part === "files" ? (
        <ChoiceCards
          aria-label={t("where")}
          value={mode}
          onChange={setMode}
          choices={[
            { value: "new-folder", label: t("newFolder"), hint: t("newFolderHint") },
            { value: "in-place", label: t("inPlace"), hint: t("inPlaceHint") },
          ]}
        />
      ) : (
        <p className="text-ink-muted">{t("newFolderOnly")}</p>
      )}
      {mode === "in-place" && (
        <div className="flex flex-col gap-2">
          <p id={newerLabel} className="font-medium text-sm">
            {t("newerLabel")}
          </p>
          <ChoiceCards
            aria-labelledby={newerLabel}
            value={newer}
            onChange={setNewer}
            choices={[
              { value: "keep", label: t("keep"), hint: t("keepHint") },
              { value: "replace", label: t("replace"), hint: t("replaceHint") },
            ]}
            className="sm:grid-cols-2"
          />
        </div>
      )}
      <RestoreDifference query={difference} />
      <FormProblem problem={problem} />
      <div className={dialogButtons}>
        <Button variant="ghost" onClick={onClose}>
          {common("cancel")}
        </Button>
        <Button
          variant="primary"
          busy={busy}
          disabled={count === 0 || difference.isFetching}
          onClick={() => void start()}
        >
          {difference.data && count === 0 ? t("nothing") : t("action", { count })}
        </Button>
      </div>
    </div>
  );
}

function Running({ id, own, onClose }: { id: string; own: boolean; onClose: () => void }) {
  const t = useTranslations("backups.restore");
  const common = useTranslations("common");
  const client = useQueryClient();
  const { data: restore, error } = useRestore(id);
  const ended = restore && restore.status !== "queued" && restore.status !== "running";
  useEffect(() => {
    if (!ended) return;
    for (const key of [keys.backups, keys.session]) void client.invalidateQueries({ queryKey: key });
  }, [ended, client]);
  return (
    <div className="flex flex-col gap-4 pt-1">
      {restore && <RestoreStatus restore={restore} own={own} />}
      {error && !restore && <FormProblem problem={problemOf(error)} />}
      <div className="flex items-center justify-end gap-3">
        {!ended && <p className="mr-auto text-[0.8125rem] text-ink-muted">{t("goesOn")}</p>}
        <Button variant={ended ? "primary" : "secondary"} onClick={onClose}>
          {ended ? t("done") : common("close")}
        </Button>
      </div>
    </div>
  );
}
