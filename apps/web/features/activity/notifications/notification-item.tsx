"use client";

import type { Notification } from "@holdfast/contract";
import { AtSign, FileInput, type LucideIcon, MessageSquare, UserMinus, UserPlus, Users, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { IconButton } from "@/components/button/icon-button";
import { Time } from "@/components/text/time";
import { cn } from "@/lib/cn";
import { visibleName } from "@/lib/safe-name";
import { addressOf } from "./address";

const icons: Record<string, LucideIcon> = {
  "grant.given": UserPlus,
  "grant.changed": UserPlus,
  "grant.ended": UserMinus,
  "team.joined": Users,
  "team.left": Users,
  "comment.added": MessageSquare,
  "comment.mentioned": AtSign,
  "file.requested-upload": FileInput,
};

type ItemProps = {
  notification: Notification;
  onOpen: (notification: Notification, address: string | null) => void;
  onRemove: (notification: Notification) => void;
};

export function NotificationItem({ notification, onOpen, onRemove }: ItemProps) {
  const t = useTranslations("activity.notifications");
  const { readAt, createdAt, excerpt, kind } = notification;
  const address = addressOf(notification);
  const words = excerpt ?? textIn(notification, "message");
  const Icon = icons[kind] ?? MessageSquare;
  const content = (
    <>
      <span className="mt-0.5 grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-text">
        <Icon aria-hidden="true" className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className={cn("block [overflow-wrap:anywhere]", readAt !== null && "text-ink-muted")}>
          {readAt === null && <span className="sr-only">{t("unread")} </span>}
          <Sentence notification={notification} />
        </span>
        {words !== null && (
          <span className="mt-0.5 line-clamp-2 text-ink-muted [overflow-wrap:anywhere]">{visibleName(words)}</span>
        )}
        <span className="mt-0.5 block text-ink-muted text-xs">
          <Time at={createdAt} />
        </span>
      </span>
      <span
        aria-hidden="true"
        className={cn("mt-3 size-2 shrink-0 rounded-full", readAt === null ? "bg-accent" : "bg-transparent")}
      />
    </>
  );
  const shape = "flex min-w-0 flex-1 gap-3 rounded-lg px-2 py-2.5 text-left text-sm";
  return (
    <li className="group flex items-start gap-1">
      {address === null ? (
        <div className={shape}>{content}</div>
      ) : (
        <a
          href={address}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(notification, address);
          }}
          className={cn(shape, "hover:bg-hover")}
        >
          {content}
        </a>
      )}
      <IconButton
        label={t("remove")}
        size="icon-sm"
        className="mt-2 text-ink-muted"
        onClick={() => onRemove(notification)}
      >
        <X />
      </IconButton>
    </li>
  );
}

/** With the names as they were when it was told. */
function Sentence({ notification }: { notification: Notification }) {
  const t = useTranslations("activity.notifications");
  const { kind, actor } = notification;
  const key = `kind.${kind}` as "kind.comment.added";
  return t.rich(t.has(key) ? key : ("kind.other" as typeof key), {
    who: actor ? visibleName(actor.name) : t("somebody"),
    name: visibleName(textIn(notification, "name") ?? textIn(notification, "fileName") ?? t("something")),
    strong: (chunks: ReactNode) => <bdi className="font-medium text-ink">{chunks}</bdi>,
  });
}

function textIn({ detail }: Notification, name: string): string | null {
  const value = detail[name];
  return typeof value === "string" && value !== "" ? value : null;
}
