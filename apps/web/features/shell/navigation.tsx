"use client";

import type { User } from "@holdfast/contract";
import { Files, FolderInput, Link2, ShieldCheck, SlidersHorizontal, Trash2, UsersRound } from "lucide-react";
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
import { AdminNavigation } from "./lazy";

const places = [
  { href: "/files", key: "files", icon: Files },
  { href: "/shared", key: "shared", icon: FolderInput },
  { href: "/teams", key: "teams", icon: UsersRound },
  { href: "/shares", key: "shares", icon: Link2 },
  { href: "/backups", key: "backups", icon: ShieldCheck },
  { href: "/trash", key: "trash", icon: Trash2 },
] as const;

/** Where the pages of administrators begin; `admin-pages.ts` lists them. */
const adminPlace = { href: "/admin", key: "admin", icon: SlidersHorizontal } as const;

/** What fits below a sign on a phone. */
const shortNames = {
  ...{ files: "files", shared: "sharedShort", teams: "teams", shares: "shares", backups: "backups", trash: "trash" },
  admin: "adminShort",
} as const;

type Place = (typeof places)[number] | typeof adminPlace;

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
      aria-current={here && place !== adminPlace ? "page" : undefined}
      className={cn(
        "flex h-9 shrink-0 items-center gap-3 rounded-lg px-3 font-medium",
        here && place !== adminPlace ? "bg-selected text-ink" : "hover:bg-hover hover:text-ink",
        !here && "text-ink-muted",
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
  const inAdmin = isHere(usePathname(), adminPlace.href);
  return (
    <aside aria-label={t("sidebar")} className="hidden w-60 shrink-0 flex-col px-3 pb-4 md:flex">
      <Link href="/files" className="mb-2 flex h-14 items-center rounded-lg px-2" aria-label={t("home")}>
        <Wordmark />
      </Link>
      <nav aria-label={t("main")} className="-mx-3 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto px-3 pb-2">
        {places.map((place) => (
          <PlaceLink key={place.href} place={place} />
        ))}
        {user?.role === "admin" && (
          <div className="mt-3 border-t pt-3">
            <PlaceLink place={adminPlace} />
            <AdminNavigation shown={inAdmin} />
          </div>
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
  const shown: readonly Place[] = user?.role === "admin" ? [...places, adminPlace] : places;
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
            <span className="short:sr-only">{t(shortNames[place.key])}</span>
          </Link>
        );
      })}
    </nav>
  );
}
