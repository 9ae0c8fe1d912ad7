"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Select } from "@/components/form/select";

export type TrashView = { sort: "trashed" | "name" | "size"; order: "asc" | "desc" };

const views = ["trashed-desc", "trashed-asc", "name-asc", "name-desc", "size-desc", "size-asc"] as const;

type TrashToolbarProps = {
  label: string;
  filter: string;
  onFilter: (text: string) => void;
  /** Only where the order can be chosen. */
  view?: TrashView;
  onView?: (view: TrashView) => void;
};

export function TrashToolbar({ label, filter, onFilter, view, onView }: TrashToolbarProps) {
  const t = useTranslations("trash");
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-4 py-2 sm:px-6">
      <div className="relative min-w-40 flex-1 sm:max-w-72">
        <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-muted" />
        <input
          type="search"
          value={filter}
          onChange={(event) => onFilter(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onFilter("")}
          aria-label={label}
          placeholder={label}
          className="h-9 w-full rounded-lg border border-transparent bg-sunken pr-3 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover focus:border-accent focus:bg-surface focus:outline-none [&::-webkit-search-cancel-button]:grayscale"
        />
      </div>
      {view && onView && (
        <Select
          label={t("sortBy")}
          value={`${view.sort}-${view.order}` as (typeof views)[number]}
          onValueChange={(value) => {
            const [sort, order] = value.split("-") as [TrashView["sort"], TrashView["order"]];
            onView({ sort, order });
          }}
          items={views.map((value) => ({ value, label: t(`order.${value}`) }))}
          className="ml-auto h-9 text-sm"
        />
      )}
    </div>
  );
}
