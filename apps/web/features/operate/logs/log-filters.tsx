"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Select } from "@/components/form/select";

export type Asked = { q: string; level: "warn" | "error"; span: "hour" | "day" | "week" | "all" };

export function LogFilters({ asked, onChange }: { asked: Asked; onChange: (asked: Asked) => void }) {
  const t = useTranslations("logs");
  return (
    <search className="flex flex-wrap gap-2 border-b px-4 py-3 sm:px-6">
      <label className="relative min-w-full flex-1 sm:min-w-40">
        <span className="sr-only">{t("search")}</span>
        <Search aria-hidden="true" className="absolute top-3 left-3 size-4 text-ink-muted" />
        <input
          type="search"
          value={asked.q}
          onChange={({ target }) => onChange({ ...asked, q: target.value })}
          placeholder={t("search")}
          maxLength={200}
          className="h-10 w-full rounded-lg border border-line-strong/60 bg-surface pr-3 pl-9 text-[0.9375rem] placeholder:text-ink-muted"
        />
      </label>
      <Select
        label={t("level")}
        value={asked.level}
        onValueChange={(level) => onChange({ ...asked, level })}
        items={(["warn", "error"] as const).map((value) => ({ value, label: t(`levels.${value}`) }))}
        className="flex-1 sm:w-52 sm:flex-none"
      />
      <Select
        label={t("time")}
        value={asked.span}
        onValueChange={(span) => onChange({ ...asked, span })}
        items={(["hour", "day", "week", "all"] as const).map((value) => ({ value, label: t(`spans.${value}`) }))}
        className="w-32 sm:w-36"
      />
    </search>
  );
}
