"use client";

import type { Role } from "@holdfast/contract";
import { adminInviteUser } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { useSettings } from "@/features/auth/session";
import { call } from "@/lib/api";
import { bytesOfGigabytes } from "@/lib/gigabytes";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { RoleSelect } from "./role-select";

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("invite");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("title")}>
      <Invite onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

/** Asks whom; then says that the mail is on its way, or shows the link, this once. */
function Invite({ onDone }: { onDone: () => void }) {
  const t = useTranslations("invite");
  const users = useTranslations("users");
  const client = useQueryClient();
  const settings = useSettings();
  const [role, setRole] = useState<Role>("user");
  const [chosenLink, setChosenLink] = useState(false);
  const [made, setMade] = useState<{ email: string; link: string }>();
  const mail = settings.data?.mail ?? false;
  const asLink = chosenLink || !mail;
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const quota = bytesOfGigabytes(String(data.get("quota")));
    if (quota === undefined) throw new Error(users("quotaInvalid"));
    const { user, link } = await call(adminInviteUser, {
      body: {
        email: String(data.get("email")),
        displayName: String(data.get("name")).trim() || undefined,
        role,
        // Left empty, the server's own default holds.
        ...(quota === null ? {} : { quotaBytes: quota }),
        asLink,
      },
    });
    if (link !== null) setMade({ email: user.email, link });
    await Promise.all([["users"], keys.invitations].map((queryKey) => client.invalidateQueries({ queryKey })));
    if (link !== null) return;
    toast.success(t("sent", { email: user.email }));
    onDone();
  });
  if (made) return <InvitationLink {...made} onDone={onDone} />;
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      {settings.data && <p className="text-ink-muted">{t(mail ? "mailBody" : "linkBody")}</p>}
      <Field label={users("email")} name="email" type="email" autoComplete="off" required />
      <Field label={users("name")} name="name" autoComplete="off" />
      <div className="grid grid-cols-2 gap-4">
        <RoleSelect value={role} onValueChange={setRole} />
        <Field label={users("quota")} name="quota" inputMode="decimal" placeholder={t("quotaDefault")} />
      </div>
      {mail && (
        <label className="flex min-h-9 items-center gap-3">
          <input
            type="checkbox"
            checked={chosenLink}
            onChange={({ target }) => setChosenLink(target.checked)}
            className="size-4 accent-accent"
          />
          {t("asLink")}
        </label>
      )}
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy} disabled={settings.isPending}>
        {t(asLink ? "makeLink" : "send")}
      </Button>
    </form>
  );
}

/** A link that is shown this once, to be handed over. */
export function InvitationLink({ email, link, onDone }: { email: string; link: string; onDone: () => void }) {
  const t = useTranslations("invite");
  return (
    <div className="flex flex-col gap-4">
      <output className="block break-words">
        <span className="font-medium">{t("linkTitle", { email })}</span>
        <span className="mt-1 block text-ink-muted">{t("linkReady")}</span>
      </output>
      <input
        readOnly
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the link is what was asked for, and is selected to be copied
        autoFocus
        aria-label={t("address")}
        value={link}
        onFocus={(event) => event.currentTarget.select()}
        className="h-10 w-full truncate rounded-lg bg-sunken px-3 font-mono text-xs"
      />
      <div className="flex flex-wrap gap-2">
        <CopyButton text={link} label={t("copy")} />
        <Button variant="primary" className="ml-auto" onClick={onDone}>
          {t("done")}
        </Button>
      </div>
    </div>
  );
}
