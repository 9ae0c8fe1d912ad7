"use client";

import { Popover } from "@base-ui/react/popover";
import { Settings } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { buttonClass } from "@/components/button/button";
import { MarkAllRead, NotificationList } from "@/features/activity/notifications/notification-list";
import { useNotifications } from "@/features/activity/notifications/queries";
import { OpenAlerts } from "@/features/operate/alerts/open-alerts";
import { useOpenAlerts } from "@/features/operate/alerts/queries";
import { BellButton } from "./bell-button";

/** What waits for this user: notifications, and for administrators what needs somebody. */
export function Bell({ isAdmin, openAtOnce }: { isAdmin: boolean; openAtOnce: boolean }) {
  const t = useTranslations("activity.notifications");
  const operate = useTranslations("operateAlerts.bell");
  const [open, setOpen] = useState(openAtOnce);
  const popup = useRef<HTMLDivElement>(null);
  const { data } = useNotifications();
  const alerts = useOpenAlerts(isAdmin).data;
  const unread = data?.pages[0]?.unread ?? 0;
  const openAlerts = (isAdmin && alerts?.open) || 0;
  const waiting = [
    ...(unread > 0 ? [t("unreadCount", { count: unread })] : []),
    ...(openAlerts > 0 ? [operate("label", { count: openAlerts })] : []),
  ];
  const tone = openAlerts === 0 ? "news" : (alerts?.critical ?? 0) > 0 ? "danger" : "warning";
  const leave = () => setOpen(false);
  return (
    <Popover.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Popover.Trigger
        render={
          <BellButton
            count={unread + openAlerts}
            tone={tone}
            aria-label={waiting.length > 0 ? t("label", { what: waiting.join(", ") }) : t("title")}
          />
        }
      />
      <Popover.Portal>
        <Popover.Positioner
          positionMethod="fixed"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-[55] outline-none"
        >
          <Popover.Popup
            ref={popup}
            initialFocus={popup}
            className="pop flex max-h-[min(36rem,var(--available-height))] w-[min(26rem,calc(100vw-1rem))] flex-col rounded-2xl bg-raised shadow-float outline-none"
          >
            <div className="flex min-h-12 items-center gap-1 border-b py-1 pr-2 pl-4">
              <Popover.Title className="min-w-0 flex-1 font-semibold text-base">{t("title")}</Popover.Title>
              <MarkAllRead />
              <Link
                href="/account#notifications"
                onClick={leave}
                aria-label={t("settings")}
                title={t("settings")}
                className={buttonClass({ variant: "ghost", size: "icon-sm", className: "text-ink-muted" })}
              >
                <Settings />
              </Link>
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto p-2">
              {isAdmin && <OpenAlerts onLeave={leave} />}
              <NotificationList onLeave={leave} below={openAlerts > 0} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
