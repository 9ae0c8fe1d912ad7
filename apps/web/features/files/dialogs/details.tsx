"use client";

import type { File, FileDetail } from "@holdfast/contract";
import { getFile, getFolderTotals } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { ErrorState } from "@/components/feedback/state";
import { Dialog } from "@/components/overlay/dialog";
import { Tabs } from "@/components/page/tabs";
import { Time } from "@/components/text/time";
import { CommentsPanel } from "@/features/activity/comments/comments-panel";
import { useComments } from "@/features/activity/comments/queries";
import { ActivityPanel } from "@/features/activity/feed/activity-panel";
import { useSession } from "@/features/auth/session";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { useKindName } from "@/features/entries/kind/kind-name";
import { call, problemOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { isOwnSpace } from "@/lib/own-space";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import type { FileActions } from "../actions/use-file-actions";
import { folderPath } from "../navigation/links";
import { openFolder } from "../navigation/navigation";
import { Versions } from "./versions";

export type DetailsTab = "details" | "comments" | "activity";

type DetailsProps = { file: File | null; tab: DetailsTab; onClose: () => void; actions: FileActions };

export function DetailsDialog({ file, tab, onClose, actions }: DetailsProps) {
  const t = useTranslations("files");
  return (
    <Dialog
      open={file !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t("details")}
      className="sm:max-w-lg"
    >
      {file && <Parts key={file.id} file={file} tab={tab} actions={actions} onClose={onClose} />}
    </Dialog>
  );
}

/** What is known of it, what people say about it, and what was done with it. */
function Parts({ file, tab, actions, onClose }: { file: File } & Omit<DetailsProps, "file">) {
  const t = useTranslations("files");
  const [shown, setShown] = useState(tab);
  const { user } = useSession();
  const comments = useComments(file.id).data?.pages[0]?.total ?? 0;
  const tabs = [
    { value: "details", label: t("details") },
    { value: "comments", label: comments > 0 ? t("commentsCount", { count: comments }) : t("comments") },
    { value: "activity", label: t("activity") },
  ] as const;
  return (
    <Tabs label={t("details")} value={shown} onValueChange={setShown} tabs={tabs} className="-mx-5 min-h-96">
      <div className="px-5 pt-4">
        {shown === "details" && <Details file={file} actions={actions} onClose={onClose} />}
        {shown === "comments" && <CommentsPanel fileId={file.id} />}
        {shown === "activity" && <ActivityPanel file={file} userId={user?.id} />}
      </div>
    </Tabs>
  );
}

function Details({ file, actions, onClose }: { file: File; actions: FileActions; onClose: () => void }) {
  const t = useTranslations("files");
  const people = useTranslations("people");
  const kindName = useKindName();
  const detail = useQuery({
    queryKey: keys.file(file.id),
    queryFn: () => call(getFile, { params: { id: file.id } }),
  });
  if (detail.error) {
    return (
      <ErrorState
        title={t("detailsNotLoaded")}
        error={detail.error}
        onRetry={() => void detail.refetch()}
        className="py-6"
      />
    );
  }
  const shown = detail.data ?? file;
  return (
    <>
      <div className="mb-4 flex items-center gap-3">
        <FileIcon file={shown} className="size-10" />
        <p className="min-w-0 break-words font-medium">
          <bdi>{visibleName(shown.name)}</bdi>
        </p>
      </div>
      <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        <Fact label={t("location")}>
          <Location file={detail.data} onClose={onClose} />
        </Fact>
        {detail.data && !isOwnSpace(detail.data.spaceId) && (
          <>
            <Fact label={t(detail.data.owner.kind === "team" ? "ownerTeam" : "owner")}>{detail.data.owner.name}</Fact>
            <Fact label={t("yourRole")}>{people(`role.${detail.data.role}`)}</Fact>
          </>
        )}
        <Fact label={t("type")}>{kindName(shown)}</Fact>
        {shown.kind === "file" && (
          <>
            <Fact label={t("sort.size")}>
              {formatBytes(shown.fileSize)}{" "}
              <span className="text-ink-muted">({t("bytes", { count: shown.fileSize })})</span>
            </Fact>
          </>
        )}
        {shown.kind === "folder" && (
          <Fact label={t("contains")}>
            <Contents folderId={file.id} />
          </Fact>
        )}
        <Fact label={t("sort.modified")}>
          <Time at={shown.lastModified} style="full" />
        </Fact>
        <Fact label={t(shown.kind === "folder" ? "created" : "uploaded")}>
          <Time at={shown.uploadedAt} style="full" />
        </Fact>
        {shown.sha256 && (
          <Fact label="SHA-256">
            <code className="select-all break-all font-mono text-xs">{shown.sha256}</code>
          </Fact>
        )}
      </dl>
      {shown.kind === "file" && <Versions file={file} actions={actions} />}
    </>
  );
}

/** The folder that it lies in; its own path is in the hint. */
function Location({ file, onClose }: { file: FileDetail | undefined; onClose: () => void }) {
  const t = useTranslations("files");
  if (!file) return <span className="skeleton inline-block h-3 w-40" />;
  const parent = file.ancestors.at(-1);
  const { owner } = file;
  // Above what was given there is nothing to see.
  if (!parent && owner.kind === "user" && !isOwnSpace(owner.id)) return t("sharedBy", { name: owner.name });
  const path = visibleName(file.filePath.slice(0, file.filePath.lastIndexOf("/")) || "/");
  return (
    <a
      href={folderPath(parent?.id ?? null)}
      title={path}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onClose();
        openFolder(parent?.id ?? null);
      }}
      className="text-accent-text underline underline-offset-2 hover:no-underline"
    >
      {parent ? visibleName(parent.name) : t("root")}
    </a>
  );
}

function Contents({ folderId }: { folderId: string }) {
  const t = useTranslations("files");
  const totals = useQuery({
    queryKey: keys.totals(folderId),
    queryFn: () => call(getFolderTotals, { params: { id: folderId } }),
  });
  if (totals.error) return problemOf(totals.error).message;
  if (!totals.data) return <span className="skeleton inline-block h-3 w-40" />;
  const { files, folders, bytes, complete } = totals.data;
  const what = `${t("filesAndFolders", { files, folders })} · ${formatBytes(bytes)}`;
  return complete ? what : t("atLeast", { what });
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
