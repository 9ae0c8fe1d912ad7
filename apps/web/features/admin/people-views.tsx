"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";

/** The two lists of people: who is here, and who was asked to come. */
export function PeopleViews() {
  const t = useTranslations("invite");
  const pathname = usePathname();
  const views = [
    { href: "/admin/users", label: t("people") },
    { href: "/admin/users/invitations", label: t("tab") },
  ];
  return (
    <nav aria-label={t("views")} className="flex gap-1 border-b px-2 sm:px-4">
      {views.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          aria-current={pathname === href ? "page" : undefined}
          className={cn(
            "-mb-px flex h-10 items-center border-b-2 px-3 font-medium text-sm focus-visible:-outline-offset-2",
            pathname === href ? "border-accent text-ink" : "border-transparent text-ink-muted hover:text-ink",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
