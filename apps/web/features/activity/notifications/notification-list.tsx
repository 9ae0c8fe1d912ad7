"use client";

import type { Notification } from "@holdfast/contract";
import { deleteNotification, updateNotifications } from "@holdfast/contract/client";
import { BellOff } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { ErrorState } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useAct } from "@/lib/request/use-act";
import { NotificationItem } from "./notification-item";
import { useNotifications } from "./queries";

/** Marks all as read; there where something is unread. */
export function MarkAllRead() {
  const t = useTranslations("activity.notifications");
  const { data } = useNotifications();
  const act = useAct(keys.notifications);
  const newest = data?.pages[0]?.items[0]?.id;
  if (!newest || !data?.pages[0]?.unread) return null;
  return (
    <Button
      size="sm"
      variant="ghost"
      onClick={() => void act(() => call(updateNotifications, { body: { readUpTo: newest } }))}
    >
      {t("markAll")}
    </Button>
  );
}

/** @param onLeave another page was opened from here @param below under something else that waits */
export function NotificationList({ onLeave, below }: { onLeave: () => void; below: boolean }) {
  const t = useTranslations("activity.notifications");
  const router = useRouter();
  const query = useNotifications();
  const act = useAct(keys.notifications);
  if (query.isPending) return <div className="skeleton m-2 h-24" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={retry} className="py-6" />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  const open = ({ id, readAt }: Notification, address: string | null) => {
    if (readAt === null) void act(() => call(updateNotifications, { body: { ids: [id] } }));
    if (address === null) return;
    onLeave();
    router.push(address);
  };
  if (items.length === 0 && below) return <p className="px-2 py-3 text-ink-muted text-sm">{t("none")}</p>;
  if (items.length === 0) {
    return (
      <div className="flex flex-col items-center px-6 py-10 text-center">
        <BellOff aria-hidden="true" className="mb-3 size-7 text-ink-muted" />
        <p className="font-medium">{t("empty")}</p>
        <p className="mt-1 max-w-64 text-balance text-ink-muted text-sm">{t("emptyBody")}</p>
      </div>
    );
  }
  return (
    <>
      <ul aria-label={t("title")} className="space-y-0.5">
        {items.map((notification) => (
          <NotificationItem
            key={notification.id}
            notification={notification}
            onOpen={open}
            onRemove={({ id }) => void act(() => call(deleteNotification, { params: { id } }))}
          />
        ))}
      </ul>
      <LoadMore query={query} quiet className="text-center" />
    </>
  );
}
