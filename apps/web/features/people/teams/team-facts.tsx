"use client";

import type { Space } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Meter } from "@/components/feedback/progress";
import { Badge } from "@/components/text/badge";
import { formatBytes } from "@/lib/format";

/** What has become of a team, and who one is in it. */
export function TeamBadges({ team }: { team: Space }) {
  const t = useTranslations("teams");
  return (
    <>
      {team.deletedAt && <Badge tone="danger">{t("deleted")}</Badge>}
      {!team.deletedAt && team.archivedAt && <Badge tone="warning">{t("archived")}</Badge>}
      {!team.hasManager && <Badge tone="danger">{t("noManager")}</Badge>}
    </>
  );
}

/** How full it is, with a bar where there is a quota. */
export function TeamUsage({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const { usedBytes, quotaBytes } = team;
  return (
    <span className="block w-24 text-right text-ink-muted text-xs tabular-nums sm:w-44">
      {quotaBytes === null
        ? t("used", { used: formatBytes(usedBytes) })
        : t("usedOf", { used: formatBytes(usedBytes), quota: formatBytes(quotaBytes) })}
      {quotaBytes !== null && (
        <span className="mt-1 block">
          <Meter label={t("usageOf", { name: team.name })} value={usedBytes / Math.max(1, quotaBytes)} />
        </span>
      )}
    </span>
  );
}
