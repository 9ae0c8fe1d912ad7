"use client";

import type { AlertChannelKind, NewAlertChannel, Severity } from "@holdfast/contract";
import { adminCreateAlertChannel } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";
import { Field } from "@/components/form/field";
import { LabelledSelect } from "@/components/form/select";
import { Switch } from "@/components/form/switch";
import { Dialog, dialogButtons } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";

const kinds: readonly AlertChannelKind[] = ["mail", "ntfy", "slack", "discord", "matrix", "gotify", "webhook"];
const severities: readonly Severity[] = ["critical", "warning", "info"];

/** Adds a channel. A webhook's signing secret is shown once. */
export function ChannelDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations("operateAlerts.channels");
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={secret ? t("secretTitle") : t("addTitle")}
      description={secret ? t("secretBody") : t("addBody")}
    >
      {secret ? (
        <SecretShown secret={secret} onDone={close} />
      ) : (
        <ChannelForm onCancel={close} onSecret={setSecret} onDone={close} />
      )}
    </Dialog>
  );
}

function SecretShown({ secret, onDone }: { secret: string; onDone: () => void }) {
  const t = useTranslations("operateAlerts.channels");
  return (
    <>
      <p className="flex items-center gap-2 rounded-lg border bg-sunken px-3 py-2">
        <code className="min-w-0 flex-1 select-all break-all font-mono text-[0.8125rem]">{secret}</code>
        <CopyButton text={secret} />
      </p>
      <div className="mt-5 flex justify-end">
        <Button variant="primary" onClick={onDone}>
          {t("secretDone")}
        </Button>
      </div>
    </>
  );
}

type FormProps = { onCancel: () => void; onSecret: (secret: string) => void; onDone: () => void };

function ChannelForm({ onCancel, onSecret, onDone }: FormProps) {
  const t = useTranslations("operateAlerts.channels");
  const common = useTranslations("common");
  const client = useQueryClient();
  const [kind, setKind] = useState<AlertChannelKind>("mail");
  const [minSeverity, setMinSeverity] = useState<Severity>("warning");
  const [sendResolved, setSendResolved] = useState(true);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const addresses = text("recipients")
      .split(/[\s,;]+/)
      .filter(Boolean);
    const special = {
      mail: { recipients: addresses.length > 0 ? addresses : null },
      webhook: { url: text("url") },
      ntfy: { url: text("url"), ...(text("token") ? { token: text("token") } : {}) },
      slack: { url: text("url") },
      discord: { url: text("url") },
      matrix: { url: text("url"), room: text("room"), token: text("token") },
      gotify: { url: text("url"), token: text("token") },
    }[kind];
    const body = { kind, name: text("name"), minSeverity, sendResolved, ...special } as NewAlertChannel;
    const made = await call(adminCreateAlertChannel, { body });
    await client.invalidateQueries({ queryKey: keys.alerts });
    if (made.secret) return onSecret(made.secret);
    toast.success(t("added"));
    onDone();
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <LabelledSelect
        label={t("kind")}
        value={kind}
        onValueChange={setKind}
        items={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
      />
      <Field label={t("name")} name="name" required maxLength={100} autoComplete="off" />
      <Special key={kind} kind={kind} />
      <LabelledSelect
        label={t("severity")}
        value={minSeverity}
        onValueChange={setMinSeverity}
        items={severities.map((value) => ({ value, label: t(`from.${value}`) }))}
      />
      <Switch label={t("alsoResolvedLabel")} checked={sendResolved} onCheckedChange={setSendResolved} />
      <FormProblem problem={problem} />
      <div className={dialogButtons}>
        <Button variant="ghost" onClick={onCancel}>
          {common("cancel")}
        </Button>
        <Button type="submit" variant="primary" busy={busy}>
          {t("create")}
        </Button>
      </div>
    </form>
  );
}

/** What only this kind asks for. */
function Special({ kind }: { kind: AlertChannelKind }) {
  const t = useTranslations("operateAlerts.channels");
  const plain = { spellCheck: false, autoComplete: "off" } as const;
  if (kind === "mail") return <Field label={t("recipients")} hint={t("recipientsHint")} name="recipients" {...plain} />;
  return (
    <>
      <Field
        label={t(`url.${kind}`)}
        hint={t(`urlHint.${kind}`)}
        name="url"
        type="url"
        required
        placeholder="https://"
        {...plain}
      />
      {kind === "matrix" && <Field label={t("room")} hint={t("roomHint")} name="room" required {...plain} />}
      {(kind === "matrix" || kind === "gotify" || kind === "ntfy") && (
        <Field
          label={t("token")}
          hint={t(`tokenHint.${kind}`)}
          name="token"
          type="password"
          required={kind !== "ntfy"}
          autoComplete="off"
        />
      )}
    </>
  );
}
