"use client";

import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Select } from "@/components/form/select";
import { adminPageAt, adminPagesByGroup } from "./admin-pages";

/** On a phone the pages of administrators stand above each of them: the sidebar, which lists them elsewhere, is not there. */
export function AdminBar() {
  const t = useTranslations("nav");
  const router = useRouter();
  const here = adminPageAt(usePathname());
  if (!here) return null;
  return (
    <nav aria-label={t("admin")} className="border-b px-4 py-2.5 md:hidden">
      <Select
        label={t("adminPage")}
        value={here.href}
        onValueChange={(href) => router.push(href)}
        items={adminPagesByGroup.flatMap(({ pages }) => pages.map(({ href, key }) => ({ value: href, label: t(key) })))}
        className="w-full"
      />
    </nav>
  );
}
