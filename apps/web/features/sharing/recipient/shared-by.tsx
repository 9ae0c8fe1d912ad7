"use client";

import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";
import type { PublicShareInfo } from "./public-share";

type SharedByProps = {
  share: PublicShareInfo;
  /** How many downloads are left; null: no limit. */
  left: number | null;
};

/** Who shares it, until when, how often it can still be downloaded, and what they say of it. */
export function SharedBy({ share, left }: SharedByProps) {
  const t = useTranslations("recipient");
  return (
    <>
      <p className="text-balance text-ink-muted text-sm">
        {share.sender && t(share.allowUpload ? "askedBy" : "sharedBy", { sender: share.sender })}
        {share.expiresAt && (
          <>
            {share.sender && " · "}
            {t("until")} <Time at={share.expiresAt} style="day" />
          </>
        )}
        {left !== null && (
          <>
            {(share.sender || share.expiresAt) && " · "}
            {t("downloadsLeft", { count: left })}
          </>
        )}
      </p>
      {left !== null && left > 0 && <p className="text-balance text-ink-muted text-sm">{t("whatCounts")}</p>}
      {share.message && (
        <p className="mt-3 w-full whitespace-pre-wrap break-words rounded-lg bg-sunken px-4 py-3 text-left text-sm">
          {share.message}
        </p>
      )}
    </>
  );
}
