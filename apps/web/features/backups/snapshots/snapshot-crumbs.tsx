"use client";

import type { BackupPart } from "@holdfast/contract";
import { ArrowLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { MouseEvent } from "react";
import { buttonClass } from "@/components/button/button";
import { cn } from "@/lib/cn";
import { openSnapshotFolder, snapshotPath } from "./snapshot-path";

type CrumbsProps = { id: string; stamp: string; part: BackupPart; path: string; instance: boolean };

const link = "min-w-6 truncate rounded-md px-1.5 py-1 leading-6 hover:bg-hover";

/** The way from the list of backups through this one to the folder that is shown. On a phone, only its end. */
export function SnapshotCrumbs({ id, stamp, part, path, instance }: CrumbsProps) {
  const t = useTranslations("backups.snapshot");
  const list = instance ? "/admin/backups" : "/backups";
  const parts = path ? path.split("/") : [];
  const crumbs = [
    { name: stamp, path: "" },
    ...parts.map((name, index) => ({ name, path: parts.slice(0, index + 1).join("/") })),
  ];
  return (
    <nav aria-label={t("path")} className="min-w-0 flex-1 basis-40">
      <ol className="flex min-w-0 items-center">
        <li className="shrink-0 sm:hidden">
          <Link
            href={parts.length > 0 ? snapshotPath(id, parts.slice(0, -1).join("/"), part) : list}
            aria-label={t("up")}
            className={buttonClass({ variant: "ghost", size: "icon", className: "-ml-1.5 text-ink-muted" })}
          >
            <ArrowLeft />
          </Link>
        </li>
        <li className="shrink-0 max-sm:hidden">
          <Link href={list} className={cn(link, "block text-[0.9375rem] text-ink-muted")}>
            {t(instance ? "instanceBackups" : "backups")}
          </Link>
        </li>
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          const onClick = (event: MouseEvent) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            openSnapshotFolder(id, crumb.path, part);
          };
          return (
            <li
              key={crumb.path}
              className={cn(
                "flex min-w-0 items-center",
                index < crumbs.length - 2 && "max-md:hidden",
                !last && "max-sm:hidden",
              )}
            >
              <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-ink-muted max-sm:hidden" />
              <a
                href={snapshotPath(id, crumb.path, part)}
                onClick={onClick}
                aria-current={last ? "page" : undefined}
                className={cn(link, last ? "font-semibold text-base" : "text-[0.9375rem] text-ink-muted")}
              >
                {crumb.name}
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
