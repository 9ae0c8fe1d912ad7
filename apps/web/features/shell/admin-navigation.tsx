"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { adminPageAt, adminPagesByGroup } from "./admin-pages";

/** The pages of administrators in their groups, below their place in the sidebar. */
export function AdminNavigation({ shown }: { shown: boolean }) {
  const t = useTranslations("nav");
  const here = adminPageAt(usePathname());
  if (!shown) return null;
  return (
    <div className="mt-1 ml-5 flex flex-col gap-3 border-l pb-2 pl-2">
      {adminPagesByGroup.map(({ group, pages }) => (
        <div key={group}>
          <h2 id={`admin-${group}`} className="px-2.5 pb-0.5 font-medium text-ink-muted text-xs">
            {t(`adminGroups.${group}`)}
          </h2>
          <ul aria-labelledby={`admin-${group}`}>
            {pages.map((page) => (
              <li key={page.href}>
                <Link
                  href={page.href}
                  aria-current={page === here ? "page" : undefined}
                  className={cn(
                    "flex h-8 items-center gap-2.5 rounded-lg px-2.5 text-[0.8125rem]",
                    page === here ? "bg-selected font-medium text-ink" : "text-ink-muted hover:bg-hover hover:text-ink",
                  )}
                >
                  <page.icon
                    aria-hidden="true"
                    className={cn("size-4 shrink-0", page === here && "text-accent-text")}
                  />
                  <span className="truncate">{t(page.key)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
