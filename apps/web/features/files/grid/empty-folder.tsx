"use client";

import type { FileRole } from "@holdfast/contract";
import { Folder, FolderPlus, SearchX, Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { gridId, useGridFocus } from "@/features/entries/grid/grid-focus";
import type { Layout } from "@/features/entries/grid/use-grid-shape";
import { roleOffers } from "@/lib/file-roles";

type EmptyFolderProps = { role: FileRole | undefined; onUpload: () => void; onNewFolder: () => void; goUp: () => void };

export function EmptyFolder({ role, onUpload, onNewFolder, goUp }: EmptyFolderProps) {
  const t = useTranslations("files");
  const place = useRef<HTMLDivElement>(null);
  useGridFocus(place);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- it has the focus in the place of the list, and the keys that leave it
    <div
      ref={place}
      id={gridId}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Backspace" || (event.key === "ArrowUp" && event.altKey)) goUp();
      }}
      className="outline-none grid min-h-0 flex-1 place-items-center overflow-y-auto"
    >
      {roleOffers(role, "add") ? (
        <EmptyState
          icon={<Upload />}
          title={t(role === "uploader" ? "uploaderTitle" : "emptyTitle")}
          body={
            role === "uploader" ? (
              t("uploaderBody")
            ) : (
              <>
                <span className="pointer-coarse:hidden">{t("emptyBody")}</span>
                <span className="pointer-fine:hidden">{t("emptyBodyTouch")}</span>
              </>
            )
          }
        >
          <Button variant="primary" onClick={onUpload}>
            <Upload />
            {t("uploadFiles")}
          </Button>
          <Button onClick={onNewFolder}>
            <FolderPlus />
            {t("newFolder")}
          </Button>
        </EmptyState>
      ) : (
        <EmptyState icon={<Folder />} title={t("emptyTitle")} body={t("emptyViewer")} />
      )}
    </div>
  );
}

export function NothingFound({ query, onClear }: { query: string; onClear: () => void }) {
  const t = useTranslations("files");
  return (
    <div className="grid min-h-0 flex-1 place-items-center">
      <EmptyState icon={<SearchX />} title={t("nothingFound", { query })} body={t("nothingFoundBody")}>
        <Button variant="primary" onClick={onClear}>
          {t("clearFilter")}
        </Button>
      </EmptyState>
    </div>
  );
}

/** As high as what follows, so that nothing jumps. */
export function GridSkeleton({ layout }: { layout: Layout }) {
  if (layout === "tiles") {
    return (
      <div
        aria-hidden="true"
        className="grid min-h-0 flex-1 grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] content-start gap-3 overflow-hidden p-3"
      >
        {Array.from({ length: 12 }, (_, index) => (
          <div key={`tile-${index}`} className="skeleton h-[170px] rounded-xl" />
        ))}
      </div>
    );
  }
  return (
    <div aria-hidden="true" className="min-h-0 flex-1 overflow-hidden">
      <div className="h-10 border-b" />
      {Array.from({ length: 14 }, (_, index) => (
        <div key={`row-${index}`} className="flex h-[60px] items-center gap-3 border-b pr-6 pl-12 md:h-[46px]">
          <div className="skeleton size-7 shrink-0" />
          <div className="skeleton h-3" style={{ width: `${16 + ((index * 23) % 34)}%` }} />
          <div className="skeleton ml-auto hidden h-3 w-16 md:block" />
          <div className="skeleton ml-16 hidden h-3 w-12 md:block" />
        </div>
      ))}
    </div>
  );
}
