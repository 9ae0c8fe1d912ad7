"use client";

import type { BackupTarget } from "@holdfast/contract";
import { createBackupTarget } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ChoiceCards } from "@/components/form/choice-cards";
import { Field } from "@/components/form/field";
import { Switch } from "@/components/form/switch";
import { Dialog, dialogButtons } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";

type Kind = BackupTarget["kind"];
const kinds: readonly Kind[] = ["s3", "local"];

/** Adds a place for backups; the server tries it before it is kept. */
export function TargetDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("backups.target");
  return (
    <Dialog open={open} onOpenChange={(next) => !next && onClose()} title={t("addTitle")} description={t("addBody")}>
      <TargetForm onDone={onClose} />
    </Dialog>
  );
}

function TargetForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations("backups.target");
  const common = useTranslations("common");
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("s3");
  const [pathStyle, setPathStyle] = useState(true);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const prefix = text("prefix");
    await call(createBackupTarget, {
      body:
        kind === "local"
          ? { kind, name: text("name"), folder: text("folder") }
          : {
              kind,
              name: text("name"),
              endpoint: text("endpoint") || null,
              region: text("region") || "us-east-1",
              bucket: text("bucket"),
              prefix: prefix && !prefix.endsWith("/") ? `${prefix}/` : prefix,
              accessKeyId: text("accessKeyId"),
              secretAccessKey: text("secretAccessKey"),
              pathStyle,
            },
    });
    await client.invalidateQueries({ queryKey: keys.backups });
    toast.success(t("added"));
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <ChoiceCards
        aria-label={t("kind")}
        value={kind}
        onChange={setKind}
        choices={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        className="grid-cols-2"
      />
      <Field label={t("name")} name="name" required maxLength={100} autoComplete="off" />
      {kind === "local" ? (
        <Field
          key="folder"
          label={t("folder")}
          hint={t("folderHint")}
          name="folder"
          required
          spellCheck={false}
          autoComplete="off"
        />
      ) : (
        <>
          <Field
            label={t("endpoint")}
            hint={t("endpointHint")}
            name="endpoint"
            type="url"
            placeholder="https://"
            autoComplete="off"
          />
          <div className="grid grid-cols-2 gap-4">
            <Field label={t("bucket")} name="bucket" required spellCheck={false} autoComplete="off" />
            <Field label={t("region")} name="region" defaultValue="us-east-1" spellCheck={false} autoComplete="off" />
          </div>
          <Field label={t("prefix")} hint={t("prefixHint")} name="prefix" spellCheck={false} autoComplete="off" />
          <Field label={t("accessKeyId")} name="accessKeyId" required spellCheck={false} autoComplete="off" />
          <Field
            label={t("secretAccessKey")}
            hint={t("secretHint")}
            name="secretAccessKey"
            type="password"
            required
            autoComplete="off"
          />
          <Switch label={t("pathStyle")} hint={t("pathStyleHint")} checked={pathStyle} onCheckedChange={setPathStyle} />
        </>
      )}
      <FormProblem problem={problem} />
      <div className={dialogButtons}>
        <Button variant="ghost" onClick={onDone}>
          {common("cancel")}
        </Button>
        <Button type="submit" variant="primary" busy={busy}>
          {t("create")}
        </Button>
      </div>
    </form>
  );
}
