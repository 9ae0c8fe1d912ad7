"use client";

import { Bell as BellIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { MenuButton, MenuItem, MenuPopup, MenuRoot, MenuSeparator } from "@/components/overlay/menu";
import { cn } from "@/lib/cn";
import { formatWhen } from "@/lib/format";
import { useOpenAlerts } from "./queries";
import { SeverityIcon } from "./severity";

/** For administrators: how much needs somebody, and the newest of it. */
export function Bell() {
  const t = useTranslations("operateAlerts.bell");
  const router = useRouter();
  const { data } = useOpenAlerts();
  const count = data?.open ?? 0;
  const label = count > 0 ? t("label", { count }) : t("none");
  return (
    <MenuRoot>
      <MenuButton
        render={
          <button
            type="button"
            aria-label={label}
            className={buttonClass({
              variant: "ghost",
              size: "icon",
              className: "relative text-ink-muted [&_svg]:size-5",
            })}
          >
            <BellIcon />
            {count > 0 && (
              <span
                aria-hidden="true"
                className={cn(
                  "-top-0.5 -right-0.5 absolute min-w-4.5 rounded-full px-1 text-center font-semibold text-[0.6875rem] leading-4.5 tabular-nums",
                  (data?.critical ?? 0) > 0 ? "bg-danger text-danger-ink" : "bg-warning text-canvas",
                )}
              >
                {count > 99 ? "99+" : count}
              </span>
            )}
          </button>
        }
      />
      <MenuPopup align="end" label={label}>
        {data?.items.length ? (
          data.items.map((alert) => (
            <MenuItem key={alert.id} onClick={() => router.push("/admin/alerts")}>
              <span className="flex gap-2.5 whitespace-normal py-1.5">
                <SeverityIcon severity={alert.severity} className="mt-0.5 size-4" />
                <span className="min-w-0">
                  <span className="line-clamp-3 break-words leading-5">{alert.title}</span>
                  <span className="block text-ink-muted text-xs">{formatWhen(alert.firstSeenAt)}</span>
                </span>
              </span>
            </MenuItem>
          ))
        ) : (
          <p className="px-2.5 py-3 text-ink-muted text-sm">{t("empty")}</p>
        )}
        <MenuSeparator />
        <MenuItem onClick={() => router.push("/admin/alerts")}>{t("all")}</MenuItem>
      </MenuPopup>
    </MenuRoot>
  );
}
