"use client";

import type { PublicFile } from "@holdfast/contract";
import { getPublicArchive, getPublicFileContent, getPublicSize, listPublicFiles } from "@holdfast/contract/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronRight, FolderArchive, FolderOpen } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Fragment, type MouseEvent } from "react";
import { buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { EntryList } from "@/features/entries/list/entry-list";
import { Preview } from "@/features/entries/preview/lazy";
import { call, urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import { LimitReached } from "./limit-reached";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedBy } from "./shared-by";
import { SharedRow } from "./shared-row";
import { useGrants } from "./use-grants";
import { usePreview } from "./use-preview";

type SharedFolderProps = { token: string; share: PublicShareInfo; folder: PublicFile };

/** A shared folder: walk through it, take one file, or everything as a ZIP. */
export function SharedFolder({ token, share, folder }: SharedFolderProps) {
  const t = useTranslations("recipient");
  const pathname = usePathname();
  const parentId = useSearchParams().get("folder") ?? undefined;
  const grants = useGrants(token, share);
  const size = useQuery({
    queryKey: ["public-size", token, parentId ?? ""],
    queryFn: () => call(getPublicSize, { params: { token }, query: { parentId } }),
  });
  const query = useInfiniteQuery({
    queryKey: ["public-files", token, parentId ?? ""],
    queryFn: ({ pageParam }) =>
      call(listPublicFiles, { params: { token }, query: { parentId, cursor: pageParam, limit: 500 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const ancestors = query.data?.pages[0]?.ancestors ?? [];
  const crumbs = [{ id: undefined as string | undefined, name: folder.name }, ...ancestors];
  const hrefOf = (id: string | undefined) => (id ? `${pathname}?folder=${id}` : pathname);
  const go = (event: MouseEvent, id: string | undefined) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    window.history.pushState(null, "", hrefOf(id));
  };
  const contentOf = (file: PublicFile, disposition: "inline" | "attachment") =>
    urlOf(getPublicFileContent, { params: { token, id: file.id }, query: { disposition } });
  const archiveOf = (id: string | undefined) => urlOf(getPublicArchive, { params: { token }, query: { parentId: id } });
  const [preview, setPreview] = usePreview(grants, (file) => contentOf(file, "inline"));
  const mayArchive = grants.mayArchive(parentId ?? folder.id);
  const again = items.some((item) =>
    item.kind === "folder" ? grants.mayArchive(item.id) : grants.mayDownload(item.id),
  );
  return (
    <RecipientFrame wide>
      <div className="flex flex-wrap items-center gap-4 border-b p-5">
        <FileIcon file={folder} className="size-12" />
        <div className="min-w-0 flex-1">
          <h1 className="break-words font-semibold text-lg leading-6">{visibleName(folder.name)}</h1>
          <SharedBy share={share} left={grants.left} />
        </div>
        {mayArchive && (
          <div className="flex flex-col items-center gap-1 max-sm:w-full">
            <a
              href={archiveOf(parentId)}
              download
              onClick={grants.refresh}
              aria-describedby={size.data && "archive-size"}
              className={buttonClass({ variant: "primary", size: "lg", className: "max-sm:w-full" })}
            >
              <FolderArchive />
              {t(parentId ? "downloadFolder" : "downloadAll")}
            </a>
            <p id="archive-size" className="min-h-4 text-ink-muted text-xs tabular-nums">
              {size.data &&
                t(size.data.complete ? "inside" : "insideMore", {
                  count: size.data.files,
                  size: formatBytes(size.data.bytes),
                })}
            </p>
          </div>
        )}
      </div>
      {grants.ready && grants.left === 0 && (
        <LimitReached sender={share.sender} again={mayArchive || again} className="m-5" />
      )}
      {crumbs.length > 1 && (
        <nav aria-label={t("path")} className="flex min-w-0 flex-wrap items-center border-b px-3.5 py-1.5">
          {crumbs.map((crumb, index) => (
            <Fragment key={crumb.id ?? "root"}>
              {index > 0 && <ChevronRight aria-hidden="true" className="size-4 text-ink-muted" />}
              <a
                href={hrefOf(crumb.id)}
                onClick={(event) => go(event, crumb.id)}
                aria-current={index === crumbs.length - 1 ? "page" : undefined}
                className="max-w-60 truncate rounded-md px-1.5 py-1 text-ink-muted hover:bg-hover aria-[current]:font-medium aria-[current]:text-ink"
              >
                {visibleName(crumb.name)}
              </a>
            </Fragment>
          ))}
        </nav>
      )}
      <EntryList
        query={query}
        items={items}
        waiting={5}
        failed={t("folderNotLoaded")}
        empty={<EmptyState icon={<FolderOpen />} title={t("emptyTitle")} />}
        moreClassName="border-t"
      >
        {(file) => {
          const isFolder = file.kind === "folder";
          return (
            <SharedRow
              key={file.id}
              file={file}
              href={isFolder ? hrefOf(file.id) : contentOf(file, "attachment")}
              onOpen={(event) => {
                if (isFolder) return go(event, file.id);
                event.preventDefault();
                void setPreview(file);
              }}
              mayOpen={isFolder || grants.mayPreview(file.id)}
              download={isFolder ? archiveOf(file.id) : contentOf(file, "attachment")}
              mayDownload={isFolder ? grants.mayArchive(file.id) : grants.mayDownload(file.id)}
              onDownload={grants.refresh}
            />
          );
        }}
      </EntryList>
      <Preview
        file={preview}
        files={items.filter((item) => item.kind === "file" && grants.mayPreview(item.id))}
        onChange={(next) => void setPreview(next)}
        urlOf={contentOf}
        mayDownload={preview !== null && grants.mayDownload(preview.id)}
        onDownload={grants.refresh}
      />
    </RecipientFrame>
  );
}
