"use client";

import { ChevronRight, Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type MouseEvent, useRef } from "react";
import { buttonClass } from "@/components/button/button";
import { MenuButton, MenuItem, MenuPopup, MenuRoot } from "@/components/overlay/menu";
import { FileName } from "@/components/text/file-name";
import { cn } from "@/lib/cn";
import { visibleName } from "@/lib/safe-name";
import { useFolderDrop } from "../drag/drag";
import { outsideTarget, overClass } from "../drag/outside-drop";
import { folderPath } from "../navigation/links";
import { type Crumb, openFolder } from "../navigation/navigation";

function CrumbLink({ crumb, last }: { crumb: Crumb; last: boolean }) {
  const router = useRouter();
  const ref = useRef<HTMLAnchorElement>(null);
  const enabled = crumb.href === undefined;
  const over = useFolderDrop(ref, {
    folderId: crumb.id,
    name: crumb.name,
    enabled,
    onSpring: () => openFolder(crumb.id),
  });
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (crumb.href) router.push(crumb.href);
    else openFolder(crumb.id);
  };
  return (
    <a
      ref={ref}
      href={crumb.href ?? folderPath(crumb.id)}
      onClick={onClick}
      draggable={false}
      {...(enabled ? outsideTarget(crumb.id, crumb.name) : {})}
      aria-current={last ? "page" : undefined}
      className={cn(
        "min-w-6 truncate rounded-md px-1.5 py-1 leading-6 hover:bg-hover",
        last ? "font-semibold text-base" : "text-[0.9375rem] text-ink-muted",
        overClass,
        over && "bg-accent-soft outline-2 outline-accent",
      )}
    >
      <FileName name={crumb.name} />
    </a>
  );
}

/** The way from the root to here; what does not fit is behind "…". Entries can be dropped on each step. */
export function Breadcrumbs({ crumbs, shown = 4 }: { crumbs: readonly Crumb[]; shown?: number }) {
  const t = useTranslations("files");
  const [root, ...rest] = crumbs;
  const hidden = rest.length > shown - 1 ? rest.slice(0, rest.length - shown + 1) : [];
  const visible = rest.slice(hidden.length);
  return (
    <nav aria-label={t("path")} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center">
        {root && (
          <li className={cn("flex min-w-0 items-center", rest.length > 0 && "shrink-0 max-sm:hidden")}>
            <CrumbLink crumb={root} last={rest.length === 0} />
          </li>
        )}
        {rest.length > 0 && (
          <li className="flex shrink-0 items-center sm:hidden">
            <CrumbMenu crumbs={crumbs.slice(0, -1)} />
          </li>
        )}
        {hidden.length > 0 && (
          <li className="hidden shrink-0 items-center sm:flex">
            <Separator />
            <CrumbMenu crumbs={hidden} />
          </li>
        )}
        {visible.map((crumb, index) => {
          const last = index === visible.length - 1;
          return (
            <li key={crumb.id} className={cn("flex min-w-0 items-center", !last && "max-sm:hidden")}>
              <Separator />
              <CrumbLink crumb={crumb} last={last} />
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Separator() {
  return <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-ink-muted" />;
}

function CrumbMenu({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useTranslations("files");
  const router = useRouter();
  return (
    <MenuRoot>
      <MenuButton
        render={
          <button
            type="button"
            aria-label={t("morePath")}
            className={buttonClass({ variant: "ghost", size: "icon-sm" })}
          >
            <Ellipsis />
          </button>
        }
      />
      <MenuPopup label={t("morePath")}>
        {crumbs.map((crumb) => (
          <MenuItem
            key={crumb.id ?? "root"}
            onClick={() => (crumb.href ? router.push(crumb.href) : openFolder(crumb.id))}
          >
            {visibleName(crumb.name)}
          </MenuItem>
        ))}
      </MenuPopup>
    </MenuRoot>
  );
}
