"use client";

import { getPublicArchive, getPublicFileContent, listPublicFiles, type PublicFile } from "@holdfast/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, Download, FolderArchive, FolderOpen } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Fragment, type MouseEvent, useState } from "react";
import { buttonClass } from "@/components/button";
import { FileName } from "@/components/file-name";
import { LoadMore } from "@/components/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/state";
import { Time } from "@/components/time";
import { FileIcon } from "@/features/files/file-icon";
import { Preview } from "@/features/files/lazy";
import { call, urlOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { visibleName } from "@/lib/safe-name";
import type { PublicShareInfo } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedBy } from "./shared-by";

type SharedFolderProps = { token: string; share: PublicShareInfo; folder: PublicFile };

/** A shared folder: walk through it, take one file, or everything as a ZIP. */
export function SharedFolder({ token, share, folder }: SharedFolderProps) {
  const t = useTranslations("recipient");
  const pathname = usePathname();
  const parentId = useSearchParams().get("folder") ?? undefined;
  const [preview, setPreview] = useState<PublicFile | null>(null);
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
  const spent = share.downloadsLeft === 0;
  return (
    <RecipientFrame wide>
      <div className="flex flex-wrap items-center gap-4 border-b p-5">
        <FileIcon file={folder} className="size-12" />
        <div className="min-w-0 flex-1">
          <h1 className="break-words font-semibold text-lg leading-6">{visibleName(folder.name)}</h1>
          <SharedBy share={share} />
        </div>
        {!spent && (
          <a
            href={urlOf(getPublicArchive, { params: { token }, query: { parentId } })}
            download
            className={buttonClass({ variant: "primary", size: "lg", className: "max-sm:w-full" })}
          >
            <FolderArchive />
            {t(parentId ? "downloadFolder" : "downloadAll")}
          </a>
        )}
      </div>
      {spent && (
        <p role="status" className="border-b bg-warning-soft px-5 py-3 text-warning">
          {t("exhausted")}
        </p>
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
                {crumb.name}
              </a>
            </Fragment>
          ))}
        </nav>
      )}
      {query.isPending ? (
        <SkeletonRows rows={5} />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState icon={<FolderOpen />} title={t("emptyTitle")} />
      ) : (
        <ul className="divide-y">
          {items.map((file) => (
            <li key={file.id} className="flex items-center gap-2 pr-2 hover:bg-hover/60">
              <a
                href={file.kind === "folder" ? hrefOf(file.id) : contentOf(file, "attachment")}
                onClick={(event) => {
                  if (file.kind === "folder") return go(event, file.id);
                  event.preventDefault();
                  setPreview(file);
                }}
                className="flex min-w-0 flex-1 items-center gap-3.5 rounded-md py-2.5 pl-5 focus-visible:-outline-offset-2"
              >
                <FileIcon file={file} />
                <span className="min-w-0 flex-1">
                  <FileName name={file.name} />
                  <span className="block text-ink-muted text-xs">
                    {file.kind === "file" && `${formatBytes(file.fileSize)} · `}
                    <Time at={file.lastModified} />
                  </span>
                </span>
              </a>
              {!spent && (
                <a
                  href={
                    file.kind === "folder"
                      ? urlOf(getPublicArchive, { params: { token }, query: { parentId: file.id } })
                      : contentOf(file, "attachment")
                  }
                  download
                  aria-label={t("downloadName", { name: file.name })}
                  className={buttonClass({ variant: "ghost", size: "icon", className: "text-ink-muted" })}
                >
                  <Download />
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} className="border-t" />
      <Preview
        file={preview}
        files={items.filter((item) => item.kind === "file")}
        onChange={setPreview}
        urlOf={contentOf}
      />
    </RecipientFrame>
  );
}
