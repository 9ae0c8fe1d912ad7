"use client";

import { ArrowDownUp, FolderPlus, FolderUp, LayoutGrid, List, Plus, Search, Upload, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { Tooltip } from "@/components/button/tooltip";
import {
  MenuButton,
  MenuItem,
  MenuPopup,
  MenuRadio,
  MenuRadioGroup,
  MenuRoot,
  MenuSeparator,
} from "@/components/overlay/menu";
import { focusGrid } from "@/features/entries/grid/grid-focus";
import type { Order, SortBy } from "@/features/entries/grid/order";
import { useTypedEarly } from "@/lib/use-typed-early";
import type { Crumb } from "../navigation/navigation";
import { Breadcrumbs } from "./breadcrumbs";
import type { ViewSettings } from "./use-view-settings";

type ToolbarProps = {
  crumbs: readonly Crumb[];
  /** Whether something can be added here. */
  mayAdd: boolean;
  view: ViewSettings;
  onView: (change: Partial<ViewSettings>) => void;
  filter: string;
  onFilter: (text: string) => void;
  onNewFolder: () => void;
  onUploadFiles: () => void;
  onUploadFolder: () => void;
  /** What stands beside the filter while something is selected. */
  selectionActions: ReactNode;
};

export function Toolbar(props: ToolbarProps) {
  const t = useTranslations("files");
  const { view, onView, filter, onFilter } = props;
  const { layout } = view;
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-2 gap-y-2 border-b px-3 py-2 short:min-h-11 short:py-1 sm:px-4">
      <Breadcrumbs crumbs={props.crumbs} />
      {props.selectionActions}
      <Filter filter={filter} onFilter={onFilter} />
      <SortMenu view={view} onView={onView} />
      <IconButton
        label={t(layout === "list" ? "showTiles" : "showList")}
        className="text-ink-muted"
        onClick={() => onView({ layout: layout === "list" ? "tiles" : "list" })}
      >
        {layout === "list" ? <LayoutGrid /> : <List />}
      </IconButton>
      {props.mayAdd && (
        <MenuRoot>
          <MenuButton
            render={
              <button type="button" className={buttonClass({ variant: "primary" })}>
                <Plus />
                {t("new")}
              </button>
            }
          />
          <MenuPopup align="end" label={t("new")}>
            <MenuItem icon={<Upload />} onClick={props.onUploadFiles}>
              {t("uploadFiles")}
            </MenuItem>
            <MenuItem icon={<FolderUp />} onClick={props.onUploadFolder}>
              {t("uploadFolder")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<FolderPlus />} onClick={props.onNewFolder}>
              {t("newFolder")}
            </MenuItem>
          </MenuPopup>
        </MenuRoot>
      )}
    </div>
  );
}

function Filter({ filter, onFilter }: Pick<ToolbarProps, "filter" | "onFilter">) {
  const t = useTranslations("files");
  const field = useTypedEarly(filter, onFilter);
  return (
    <div className="relative order-last w-full sm:order-none sm:w-44 lg:w-56">
      <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-muted" />
      <input
        ref={field}
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onFilter("");
          if (event.key === "ArrowDown") focusGrid();
        }}
        aria-label={t("filter")}
        placeholder={t("filter")}
        className="h-9 w-full rounded-lg border border-transparent bg-sunken pr-9 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover focus:border-accent focus:bg-surface focus:outline-none"
      />
      {filter && (
        <button
          type="button"
          aria-label={t("clearFilter")}
          onClick={() => onFilter("")}
          className="absolute top-1 right-1 grid size-7 place-items-center rounded-md text-ink-muted hover:bg-hover"
        >
          <X className="size-4" />
        </button>
      )}
    </div>
  );
}

function SortMenu({ view, onView }: Pick<ToolbarProps, "view" | "onView">) {
  const { sort, order } = view;
  const t = useTranslations("files");
  return (
    <MenuRoot>
      <Tooltip label={t("sortBy")}>
        <MenuButton
          render={
            <button
              type="button"
              aria-label={t("sortBy")}
              className={buttonClass({ variant: "ghost", size: "icon", className: "text-ink-muted" })}
            >
              <ArrowDownUp />
            </button>
          }
        />
      </Tooltip>
      <MenuPopup align="end" label={t("sortBy")}>
        <MenuRadioGroup
          value={sort}
          onValueChange={(by) => onView({ sort: by as SortBy, order: by === "name" ? "asc" : "desc" })}
        >
          <MenuRadio value="name">{t("sort.name")}</MenuRadio>
          <MenuRadio value="modified">{t("sort.modified")}</MenuRadio>
          <MenuRadio value="size">{t("sort.size")}</MenuRadio>
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuRadioGroup value={order} onValueChange={(next) => onView({ order: next as Order })}>
          <MenuRadio value="asc">{t(`order.${sort}.asc`)}</MenuRadio>
          <MenuRadio value="desc">{t(`order.${sort}.desc`)}</MenuRadio>
        </MenuRadioGroup>
      </MenuPopup>
    </MenuRoot>
  );
}
