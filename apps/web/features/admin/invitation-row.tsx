"use client";

import type { Invitation } from "@holdfast/contract";
import { Link2, Mail } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";

type InvitationRowProps = {
  invitation: Invitation;
  /** Whether mail can be sent; else a new link is shown instead. */
  canMail: boolean;
  onResend: () => Promise<void>;
  onRevoke: () => Promise<void>;
};

export function InvitationRow({ invitation, canMail, onResend, onRevoke }: InvitationRowProps) {
  const t = useTranslations("invite");
  const users = useTranslations("users");
  const [busy, setBusy] = useState(false);
  const { email, displayName, role, sentAt, sentBy, byMail, expiresAt } = invitation;
  const byHand = !canMail || byMail === false;
  const how = t(byMail === false ? "byLink" : "byMail");
  const [now] = useState(Date.now);
  const expired = expiresAt !== null && Date.parse(expiresAt) < now;
  const resend = async () => {
    setBusy(true);
    await onResend();
    setBusy(false);
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3.5 gap-y-2 px-4 py-3 sm:px-6">
      <span
        className="grid size-9 shrink-0 place-items-center rounded-full bg-sunken text-ink-muted"
        aria-hidden="true"
      >
        {byMail === false ? <Link2 className="size-4" /> : <Mail className="size-4" />}
      </span>
      <span className="min-w-0 flex-1 basis-52">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{displayName || email}</span>
          {role === "admin" && <Badge tone="accent">{users("role.admin")}</Badge>}
          {expired && <Badge tone="danger">{t("expired")}</Badge>}
        </span>
        {displayName && <span className="block truncate text-ink-muted text-xs">{email}</span>}
        <span className="block text-ink-muted text-xs">
          {sentBy ? t("by", { how, name: sentBy.displayName || sentBy.email }) : how}, <Time at={sentAt} />
          {expiresAt && !expired && (
            <>
              {" · "}
              {t("expires")} <Time at={expiresAt} style="full" />
            </>
          )}
        </span>
      </span>
      <span className="flex gap-2 max-sm:pl-12.5">
        <Button busy={busy} onClick={() => void resend()} aria-label={`${t(byHand ? "newLink" : "resend")}: ${email}`}>
          {t(byHand ? "newLink" : "resend")}
        </Button>
        <Button variant="danger-ghost" onClick={() => void onRevoke()} aria-label={`${t("revoke")}: ${email}`}>
          {t("revoke")}
        </Button>
      </span>
    </li>
  );
}
