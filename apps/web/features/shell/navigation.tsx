"use client";

import type { User } from "@holdfast/contract";
import { Activity, Archive, Files, Link2, Settings, ShieldCheck, Trash2, TriangleAlert, Users } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { type MouseEvent, useRef } from "react";
import { Meter } from "@/components/feedback/progress";
import { Wordmark } from "@/components/page/logo";
import { useFolderDrop } from "@/features/files/drag/drag";
import { outsideTarget, overClass } from "@/features/files/drag/outside-drop";
import { openFolder } from "@/features/files/navigation/navigation";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";

const places = [
  { href: "/files", key: "files", icon: Files },
  { href: "/shares", key: "shares", icon: Link2 },
  { href: "/backups", key: "backups", icon: ShieldCheck },
  { href: "/trash", key: "trash", icon: Trash2 },
] as const;

const adminPlaces = [
  { href: "/admin/users", key: "users", icon: Users },
  { href: "/admin/alerts", key: "alerts", icon: TriangleAlert },
  { href: "/admin/backups", key: "instanceBackups", icon: Archive },
  { href: "/admin/jobs", key: "jobs", icon: Activity },
  { href: "/admin/settings", key: "settings", icon: Settings },
] as const;

type Place = (typeof places)[number] | (typeof adminPlaces)[number];

function isHere(pathname: string, href: string): boolean {
  return pathname === href || pathname.startsWith(`${href}/`);
}

function PlaceLink({ place }: { place: Place }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const ref = useRef<HTMLAnchorElement>(null);
  const here = isHere(pathname, place.href);
  const over = useFolderDrop(ref, { folderId: null, name: t("files"), enabled: place.href === "/files" });
  const onClick = (event: MouseEvent) => {
    // Among files the way back to the root needs no request.
    if (place.href !== "/files" || !here || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    openFolder(null);
  };
  return (
    <Link
      ref={ref}
      href={place.href}
      onClick={onClick}
      draggable={false}
      {...(place.href === "/files" ? outsideTarget(null, t("files")) : {})}
      aria-current={here ? "page" : undefined}
      className={cn(
        "flex h-9 items-center gap-3 rounded-lg px-3 font-medium",
        here ? "bg-selected text-ink" : "text-ink-muted hover:bg-hover hover:text-ink",
        overClass,
        over && "bg-accent-soft outline-2 outline-accent",
      )}
    >
      <place.icon aria-hidden="true" className={cn("size-4.5", here && "text-accent-text")} />
      {t(place.key)}
    </Link>
  );
}

/** The places, and how full it is. */
export function Sidebar({ user }: { user: User | undefined }) {
  const t = useTranslations("nav");
  return (
    <aside aria-label={t("sidebar")} className="hidden w-60 shrink-0 flex-col px-3 pb-4 md:flex">
      <Link href="/files" className="mb-2 flex h-14 items-center rounded-lg px-2" aria-label={t("home")}>
        <Wordmark />
      </Link>
      <nav aria-label={t("main")} className="flex flex-1 flex-col gap-0.5">
        {places.map((place) => (
          <PlaceLink key={place.href} place={place} />
        ))}
        {user?.role === "admin" && (
          <>
            <p className="mt-6 mb-1 px-3 font-medium text-ink-muted text-xs">{t("admin")}</p>
            {adminPlaces.map((place) => (
              <PlaceLink key={place.href} place={place} />
            ))}
          </>
        )}
      </nav>
      {user && <Usage user={user} />}
    </aside>
  );
}

function Usage({ user }: { user: User }) {
  const t = useTranslations("nav");
  return (
    <div className="px-3">
      <p className="mb-1.5 text-[0.8125rem] text-ink-muted tabular-nums">
        {user.quotaBytes === null
          ? t("used", { used: formatBytes(user.usedBytes) })
          : t("usedOf", { used: formatBytes(user.usedBytes), quota: formatBytes(user.quotaBytes) })}
      </p>
      {user.quotaBytes !== null && <Meter label={t("storage")} value={user.usedBytes / Math.max(1, user.quotaBytes)} />}
    </div>
  );
}

/** The places on a phone, in reach of the thumb. */
export function BottomBar({ user }: { user: User | undefined }) {
  const t = useTranslations("nav");
  const pathname = usePathname();
  const shown: readonly Place[] =
    user?.role === "admin"
      ? [...places, ...adminPlaces.filter(({ key }) => key === "users" || key === "jobs")]
      : places;
  return (
    <nav aria-label={t("main")} className="flex shrink-0 border-t bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden">
      {shown.map((place) => {
        const here = isHere(pathname, place.href);
        return (
          <Link
            key={place.href}
            href={place.href}
            aria-current={here ? "page" : undefined}
            onClick={(event) => {
              if (place.href !== "/files" || !here) return;
              event.preventDefault();
              openFolder(null);
            }}
            className={cn(
              "flex h-14 min-w-0 flex-1 flex-col short:h-10 items-center justify-center gap-0.5 font-medium text-[0.6875rem] leading-4 focus-visible:-outline-offset-2",
              here ? "text-accent-text" : "text-ink-muted",
            )}
          >
            <place.icon aria-hidden="true" className="size-5" />
            <span className="short:sr-only">{t(place.key)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
