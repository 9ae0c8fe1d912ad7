"use client";

import type { AlertChannel } from "@holdfast/contract";
import { adminDeleteAlertChannel, adminTestAlertChannel, adminUpdateAlertChannel } from "@holdfast/contract/client";
import { Mail, MessageSquare, Pause, Play, Trash2, Webhook } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { useConfirm } from "@/components/overlay/confirm";
import {
  MenuItem,
  MenuPopup,
  MenuRadio,
  MenuRadioGroup,
  MenuRoot,
  MenuSeparator,
  MoreMenuButton,
} from "@/components/overlay/menu";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { useAlertAct } from "./queries";

const severities = ["info", "warning", "critical"] as const;

export function ChannelRow({ channel, sendsMail }: { channel: AlertChannel; sendsMail: boolean }) {
  const t = useTranslations("operateAlerts.channels");
  const confirm = useConfirm();
  const act = useAlertAct();
  const [testing, setTesting] = useState(false);
  const [trial, setTrial] = useState<{ ok: boolean; detail: string }>();
  const { id, name, kind, enabled } = channel;
  const params = { id };
  const change = (body: Parameters<typeof update>[0]) => void act(() => update(body), t("saved"));
  const update = (body: { enabled?: boolean; minSeverity?: AlertChannel["minSeverity"]; sendResolved?: boolean }) =>
    call(adminUpdateAlertChannel, { params, body });
  const test = async () => {
    setTesting(true);
    await act(async () => setTrial(await call(adminTestAlertChannel, { params })));
    setTesting(false);
  };
  const remove = async () => {
    const question = { title: t("deleteTitle", { name }), body: t("deleteBody"), action: t("delete"), danger: true };
    if (await confirm(question)) await act(() => call(adminDeleteAlertChannel, { params }), t("deleted"));
  };
  const Icon = kind === "mail" ? Mail : kind === "webhook" ? Webhook : MessageSquare;
  const noMail = kind === "mail" && !sendsMail;
  const to = kind === "mail" ? (channel.recipients?.join(", ") ?? t("allAdmins")) : channel.host;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <Icon aria-hidden="true" strokeWidth={1.6} className="mt-1 size-6 shrink-0 text-ink-muted max-sm:hidden" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="break-words font-medium">{name}</span>
          <Badge tone={enabled && !noMail ? "accent" : "neutral"}>
            {noMail ? t("noMail") : enabled ? t(`kinds.${kind}`) : t("off")}
          </Badge>
        </p>
        <p className="break-words text-ink-muted text-xs leading-5">
          {to} · {t(`from.${channel.minSeverity}`)}
          {channel.sendResolved && ` · ${t("alsoResolved")}`}
        </p>
        <p aria-live="polite" className="text-[0.8125rem] leading-5">
          {trial ? (
            <span className={trial.ok ? "text-success" : "text-danger"}>{trial.detail}</span>
          ) : noMail ? (
            <span className="text-ink-muted">{t("noMailBody")}</span>
          ) : channel.lastError ? (
            <span className="text-danger">{t("failed", { reason: channel.lastError })}</span>
          ) : (
            channel.lastSentAt && (
              <span className="text-ink-muted">
                {t.rich("sent", { when: () => <Time at={channel.lastSentAt ?? ""} style="full" /> })}
              </span>
            )
          )}
        </p>
      </div>
      <Button size="sm" busy={testing} aria-label={t("testName", { name })} onClick={() => void test()}>
        {t("test")}
      </Button>
      <MenuRoot>
        <MoreMenuButton label={t("actionsFor", { name })} size="icon-sm" className="-mr-2" />
        <MenuPopup align="end" label={t("actionsFor", { name })}>
          <MenuRadioGroup
            value={channel.minSeverity}
            onValueChange={(next) => change({ minSeverity: next as AlertChannel["minSeverity"] })}
            aria-label={t("severity")}
          >
            {severities.map((severity) => (
              <MenuRadio key={severity} value={severity}>
                {t(`from.${severity}`)}
              </MenuRadio>
            ))}
          </MenuRadioGroup>
          <MenuSeparator />
          <MenuItem onClick={() => change({ sendResolved: !channel.sendResolved })}>
            {channel.sendResolved ? t("withoutResolved") : t("withResolved")}
          </MenuItem>
          <MenuItem icon={enabled ? <Pause /> : <Play />} onClick={() => change({ enabled: !enabled })}>
            {enabled ? t("turnOff") : t("turnOn")}
          </MenuItem>
          <MenuItem icon={<Trash2 />} danger onClick={() => void remove()}>
            {t("delete")}
          </MenuItem>
        </MenuPopup>
      </MenuRoot>
    </li>
  );
}
