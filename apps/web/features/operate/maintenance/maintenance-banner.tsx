"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Time } from "@/components/text/time";
import { useSettings } from "@/features/auth/session";
import { maintenanceMet } from "@/lib/api";
import { cn } from "@/lib/cn";
import { keys } from "@/lib/query";

/** Says to everybody, signed in or not, that nothing can be changed at the moment. */
export function MaintenanceBanner({ className }: { className?: string }) {
  const t = useTranslations("maintenance");
  const client = useQueryClient();
  const maintenance = useSettings().data?.maintenance;
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: keys.settings });
    maintenanceMet.addEventListener("met", again);
    return () => maintenanceMet.removeEventListener("met", again);
  }, [client]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an output holds words only, and this is a bar with paragraphs
    <div role="status">
      {maintenance && (
        <div className={cn("flex items-center gap-3 bg-warning-soft px-4 py-2.5 text-ink", className)}>
          <Wrench aria-hidden="true" className="size-4.5 shrink-0 text-warning" />
          <p className="min-w-0 break-words">
            <strong className="font-semibold">{t("banner")}</strong> {maintenance.message}{" "}
            {maintenance.until && (
              <span className="text-ink-muted">
                {t.rich("bannerUntil", { when: () => <Time at={maintenance.until ?? ""} style="full" /> })}
              </span>
            )}
          </p>
        </div>
      )}
    </div>
  );
}
