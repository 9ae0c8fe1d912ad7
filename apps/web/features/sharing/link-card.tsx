"use client";

import type { Share } from "@holdfast/contract";
import { revokeShare, updateShare } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { PencilLine, QrCode, Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";
import { IconButton } from "@/components/button/icon-button";
import { useConfirm } from "@/components/overlay/confirm";
import { FormProblem } from "@/features/auth/form/form-problem";
import { folderChanged } from "@/features/files/listing/listing";
import { call, problemOf } from "@/lib/api";
import { gigabytesOf } from "@/lib/gigabytes";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { isComplete, type LinkForm, limitsOf, localDateTime } from "./limits";
import { LinkFormFields } from "./link-form";
import { QrImage } from "./qr-image";
import { ShareFacts, StateBadge } from "./share-facts";

/** Asks, revokes, and shows that it is gone. Resolves to true when it is. */
export function useRevoke() {
  const t = useTranslations("sharing");
  const confirm = useConfirm();
  const client = useQueryClient();
  const fail = useFailure();
  return async (share: Share): Promise<boolean> => {
    const yes = await confirm({
      title: t("revokeTitle"),
      body: t("revokeBody", { name: visibleName(share.fileName) }),
      action: t("revoke"),
      danger: true,
    });
    if (!yes) return false;
    try {
      await call(revokeShare, { params: { id: share.id } });
      toast.success(t("revoked"));
      folderChanged(undefined);
      return true;
    } catch (error) {
      fail(error);
      return false;
    } finally {
      await client.invalidateQueries({ queryKey: keys.shares() });
    }
  };
}

/** One link: its address, what it allows, and what can be done with it. */
export function LinkCard({ share, onGone }: { share: Share; onGone?: () => void }) {
  const t = useTranslations("sharing");
  const revoke = useRevoke();
  const [code, setCode] = useState(false);
  const [editing, setEditing] = useState(false);
  return (
    <div className="rounded-xl border bg-surface p-3">
      {share.label && <p className="mb-2 truncate px-1 font-medium">{visibleName(share.label)}</p>}
      <div className="flex items-center gap-2">
        <input
          readOnly
          aria-label={t("address")}
          value={share.url}
          onFocus={(event) => event.currentTarget.select()}
          className="h-9 min-w-0 flex-1 truncate rounded-lg bg-sunken px-3 font-mono text-xs"
        />
        <CopyButton text={share.url} variant="secondary" />
      </div>
      <div className="mt-2 flex items-center gap-1">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1 gap-y-1 text-ink-muted text-xs">
          <StateBadge state={share.state} />
          <ShareFacts share={share} />
        </div>
        <IconButton label={t("qr")} size="icon-sm" aria-expanded={code} onClick={() => setCode(!code)}>
          <QrCode />
        </IconButton>
        <IconButton label={t("edit")} size="icon-sm" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          <PencilLine />
        </IconButton>
        <IconButton
          label={t("revoke")}
          variant="danger-ghost"
          size="icon-sm"
          onClick={async () => {
            if (await revoke(share)) onGone?.();
          }}
        >
          <Unlink />
        </IconButton>
      </div>
      {code && <QrImage text={share.url} />}
      {editing && <EditLink share={share} onDone={() => setEditing(false)} />}
    </div>
  );
}

export function EditLink({ share, onDone }: { share: Share; onDone: () => void }) {
  const t = useTranslations("sharing");
  const common = useTranslations("common");
  const client = useQueryClient();
  const [form, setForm] = useState<LinkForm>({
    expiry: share.expiresAt ? "date" : "never",
    date: share.expiresAt ? localDateTime(share.expiresAt) : "",
    password: share.hasPassword ? null : "",
    maxDownloads: share.maxDownloads ? String(share.maxDownloads) : "",
    allowUpload: share.allowUpload,
    maxFiles: share.allowUpload ? String(share.maxFiles) : "",
    maxGigabytes: share.allowUpload ? gigabytesOf(share.maxBytes) : "",
    maxFileGigabytes: share.allowUpload ? gigabytesOf(share.maxFileSize) : "",
    label: share.label ?? "",
    message: share.message ?? "",
  });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string }>();
  const save = async () => {
    setBusy(true);
    try {
      await call(updateShare, { params: { id: share.id }, body: limitsOf(form) });
      await client.invalidateQueries({ queryKey: keys.shares() });
      toast.success(t("saved"));
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="mt-3 flex flex-col gap-4 border-t pt-3">
      <LinkFormFields
        form={form}
        onChange={(change) => setForm({ ...form, ...change })}
        folder={share.fileKind === "folder"}
        hasPassword={share.hasPassword}
      />
      <FormProblem problem={problem} />
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onDone}>
          {common("cancel")}
        </Button>
        <Button variant="primary" busy={busy} disabled={!isComplete(form)} onClick={() => void save()}>
          {common("save")}
        </Button>
      </div>
    </div>
  );
}
