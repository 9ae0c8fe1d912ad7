"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "@/components/overlay/dialog";
import { RewindForm } from "./rewind-form";

export interface RewoundUser {
  id: string;
  email: string;
}

type RewindDialogProps = { user: RewoundUser; to?: string | undefined; open: boolean; onClose: () => void };

/** Brings a user's files back to what they were at a time: shows first what that would change. */
export function RewindDialog({ user, to, open, onClose }: RewindDialogProps) {
  const t = useTranslations("suspicious");
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("rewind.title", { email: user.email })}
      description={t("rewind.body")}
    >
      <RewindForm userId={user.id} to={to} onDone={onClose} />
    </Dialog>
  );
}
