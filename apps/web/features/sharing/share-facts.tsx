"use client";

import type { ListedShare, Share } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Badge, type Tone } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";

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

/** The folder in which its file lies; null where that is the root. */
export function folderOf({ filePath }: ListedShare): string | null {
  return visibleName(filePath.slice(0, filePath.lastIndexOf("/"))) || null;
}

/** What a link allows, in a few words. Where they wrap, no line begins with a dot. */
export function ShareFacts({ share }: { share: Share }) {
  const t = useTranslations("sharing");
  const facts = [
    share.expiresAt ? (
      <>
        {t("until")} <Time at={share.expiresAt} style="day" />
      </>
    ) : (
      t("noExpiry")
    ),
    share.hasPassword && t("withPassword"),
    howMuchOf(share, t),
  ].filter(Boolean);
  return facts.map((fact, index) => (
    <span key={`fact-${index}`}>
      {fact}
      {index < facts.length - 1 && " ·"}
    </span>
  ));
}

function howMuchOf(share: Share, t: ReturnType<typeof useTranslations<"sharing">>): string {
  if (share.allowUpload) {
    const received = t("receivedOf", {
      count: share.receivedFiles,
      max: share.maxFiles,
      size: formatBytes(share.receivedBytes),
      most: formatBytes(share.maxBytes),
    });
    return `${t("fileRequest")} · ${received}`;
  }
  return share.maxDownloads
    ? t("downloadsOf", { count: share.downloadCount, max: share.maxDownloads })
    : t("downloads", { count: share.downloadCount });
}
