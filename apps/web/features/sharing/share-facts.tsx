"use client";

import type { Share } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Badge, type Tone } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";

const tones: Record<Share["state"], Tone> = {
  live: "success",
  expired: "neutral",
  exhausted: "warning",
  revoked: "danger",
  unavailable: "warning",
};

export function StateBadge({ state }: { state: Share["state"] }) {
  const t = useTranslations("sharing");
  return <Badge tone={tones[state]}>{t(`state.${state}`)}</Badge>;
}

/** What a link allows, in a few words. */
export function ShareFacts({ share }: { share: Share }) {
  const t = useTranslations("sharing");
  return (
    <>
      <span>
        {share.expiresAt ? (
          <>
            {t("until")} <Time at={share.expiresAt} style="day" />
          </>
        ) : (
          t("noExpiry")
        )}
      </span>
      {share.hasPassword && <span>· {t("withPassword")}</span>}
      {share.allowUpload && (
        <span>
          · {t("fileRequest")} ·{" "}
          {t("receivedOf", {
            count: share.receivedFiles,
            max: share.maxFiles,
            size: formatBytes(share.receivedBytes),
            most: formatBytes(share.maxBytes),
          })}
        </span>
      )}
      {!share.allowUpload && (
        <span>
          ·{" "}
          {share.maxDownloads
            ? t("downloadsOf", { count: share.downloadCount, max: share.maxDownloads })
            : t("downloads", { count: share.downloadCount })}
        </span>
      )}
    </>
  );
}
