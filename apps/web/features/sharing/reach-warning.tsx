"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSession, useSettings } from "@/features/auth/session";
import { cn } from "@/lib/cn";
import { reachOf } from "./reach";

/** Says that others cannot open a link with this address, and what to do about it; nothing where they can. */
export function ReachWarning({ url, className }: { url: string; className?: string }) {
  const t = useTranslations("sharing");
  const { user } = useSession();
  const { data: settings } = useSettings();
  const reach = reachOf(url);
  // A private address that was set on purpose is one that its people can reach.
  if (reach === "anyone" || (reach === "network" && settings?.publicUrl !== null)) return null;
  return (
    <output className={cn("flex gap-3 rounded-xl bg-warning-soft px-4 py-3 text-warning", className)}>
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4.5 shrink-0" />
      <span className="block min-w-0 text-sm">
        <span className="block font-semibold">{t(reach === "network" ? "reach.network" : "reach.computer")}</span>
        <span className="block break-words">
          {t("reach.why", { host: new URL(url).host })} {t(user?.role === "admin" ? "reach.admin" : "reach.user")}
        </span>
      </span>
    </output>
  );
}
