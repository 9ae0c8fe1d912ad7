"use client";

import { useTranslations } from "next-intl";
import { Time } from "@/components/time";
import type { PublicShareInfo } from "./public-share";

/** Who shares it, until when, and how often it can still be downloaded. */
export function SharedBy({ share }: { share: PublicShareInfo }) {
  const t = useTranslations("recipient");
  return (
    <p className="text-balance text-ink-muted text-sm">
      {share.sender && t(share.allowUpload ? "askedBy" : "sharedBy", { sender: share.sender })}
      {share.expiresAt && (
        <>
          {share.sender && " · "}
          {t("until")} <Time at={share.expiresAt} style="day" />
        </>
      )}
      {share.downloadsLeft !== null && (
        <>
          {(share.sender || share.expiresAt) && " · "}
          {t("downloadsLeft", { count: share.downloadsLeft })}
        </>
      )}
    </p>
  );
}
