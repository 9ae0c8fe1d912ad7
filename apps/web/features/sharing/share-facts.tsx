"use client";

import type { Share } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";

const looks: Record<Share["state"], string> = {
  live: "bg-success-soft text-success",
  expired: "bg-hover text-ink-muted",
  exhausted: "bg-warning-soft text-warning",
  revoked: "bg-danger-soft text-danger",
  unavailable: "bg-warning-soft text-warning",
};

export function StateBadge({ state }: { state: Share["state"] }) {
  const t = useTranslations("sharing");
  return (
    <span className={cn("rounded-full px-2 py-0.5 font-medium text-xs", looks[state])}>{t(`state.${state}`)}</span>
  );
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
      {share.allowUpload && <span>· {t("fileRequest")}</span>}
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
