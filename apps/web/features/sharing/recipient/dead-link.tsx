"use client";

import { Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "@/components/feedback/state";
import { RecipientFrame } from "./recipient-frame";

/** Revoked, expired, used up or never there: all alike, so that nobody learns which. */
export function DeadLink() {
  const t = useTranslations("recipient");
  return (
    <RecipientFrame>
      <title>{`${t("deadTitle")} · Holdfast`}</title>
      <EmptyState level={1} className="py-6" icon={<Unlink />} title={t("deadTitle")} body={t("deadBody")} />
    </RecipientFrame>
  );
}
