"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { CheckSquare } from "./entry-buttons";
import type { Order, SortBy } from "./order";
import { ColumnHeader, Row, RowGroup } from "./roles";

/** Box, name, kind, time, size, and what can be done; on a phone without time and size, and the kind only where it is wide. */
export const columns =
  "grid-cols-[2.75rem_minmax(0,1fr)_2.75rem] md:grid-cols-[2.75rem_minmax(0,1fr)_9rem_6.5rem_2.75rem] xl:grid-cols-[2.75rem_minmax(0,1fr)_10rem_9rem_6.5rem_2.75rem]";

/** What a list's header needs of a selection. */
interface HeaderSelection {
  readonly selected: readonly unknown[];
  selectAll(): void;
  clear(): void;
}

type GridHeaderProps = {
  selection: HeaderSelection;
  count: number;
  sort: SortBy;
  order: Order;
  onSort: (by: SortBy) => void;
};

/** The header of a list of files, the stored ones and those of a backup. */
export function GridHeader({ selection, count, sort, order, onSort }: GridHeaderProps) {
  const t = useTranslations("files");
  const chosen = selection.selected.length;
  const everything = chosen > 0 && chosen === count;
  const column = (by: SortBy, className: string) => (
    <ColumnHeader
      aria-sort={sort === by ? (order === "asc" ? "ascending" : "descending") : "none"}
      className={className}
    >
      <button
        type="button"
        onClick={() => onSort(by)}
        className={cn(
          "-mx-2 inline-flex h-7 items-center gap-1 rounded-md px-2 font-medium text-[0.8125rem] hover:bg-hover",
          sort === by ? "text-ink" : "text-ink-muted",
        )}
      >
        {t(`sort.${by}`)}
        {sort === by && (order === "asc" ? <ArrowUp className="size-3.5" /> : <ArrowDown className="size-3.5" />)}
      </button>
    </ColumnHeader>
  );
  return (
    <RowGroup className="sticky top-0 z-10 bg-surface">
      <Row aria-rowindex={1} className={cn("grid h-10 items-center border-b pr-1", columns)}>
        <ColumnHeader className="flex justify-center">
          <button
            type="button"
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a box of the browser is "mixed" by a script only, and not before it
            role="checkbox"
            aria-checked={everything || (chosen > 0 && "mixed")}
            aria-label={t("selectAll")}
            onClick={() => (chosen > 0 ? selection.clear() : selection.selectAll())}
            className="grid size-9 place-items-center"
          >
            <CheckSquare checked={everything || (chosen > 0 && "mixed")} />
          </button>
        </ColumnHeader>
        {column("name", "pl-0.5")}
        <ColumnHeader className="hidden font-medium text-[0.8125rem] text-ink-muted xl:block">{t("type")}</ColumnHeader>
        {column("modified", "hidden md:block")}
        {column("size", "hidden pr-4 text-right md:block")}
        <ColumnHeader>
          <span className="sr-only">{t("actions")}</span>
        </ColumnHeader>
      </Row>
    </RowGroup>
  );
}
