"use client";

import type { File, FileVersion } from "@holdfast/contract";
import { deleteVersion, deleteVersions, listVersions, restoreVersion } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Eye, History, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { Tooltip } from "@/components/button/tooltip";
import { ErrorState } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { Time } from "@/components/text/time";
import { canPreview, type Previewable } from "@/features/entries/kind/previewable";
import { Preview } from "@/features/entries/preview/preview";
import { call } from "@/lib/api";
import { roleOffers } from "@/lib/file-roles";
import { formatBytes, formatFull } from "@/lib/format";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import type { FileActions } from "../actions/use-file-actions";
import { contentUrl } from "../navigation/links";

/** A file's versions: to look at, to restore, and to delete for what they hold. */
export function Versions({ file, actions }: { file: File; actions: FileActions }) {
  const t = useTranslations("files");
  const client = useQueryClient();
  const confirm = useConfirm();
  const versions = useQuery({
    queryKey: keys.versions(file.id),
    queryFn: () => call(listVersions, { params: { id: file.id } }),
  });
  /** Does what changes the versions, says so in the sentence that it answers, and asks again for what it changed. */
  const change = async (work: () => Promise<string>) => {
    try {
      toast.success(await work());
      await client.invalidateQueries({ queryKey: keys.versions(file.id) });
      await client.invalidateQueries({ queryKey: keys.file(file.id) });
      actions.changedEverywhere();
    } catch (error) {
      actions.fail(error);
    }
  };
  const restore = (versionId: string) =>
    change(async () => {
      await call(restoreVersion, { params: { id: file.id, versionId } });
      return t("versionRestored");
    });
  const remove = async (version: FileVersion) => {
    const yes = await confirm({
      title: t("deleteVersionTitle"),
      body: t("deleteVersionBody", { when: formatFull(version.createdAt), size: formatBytes(version.fileSize) }),
      action: t("deleteVersion"),
      danger: true,
    });
    if (!yes) return;
    await change(async () => {
      await call(deleteVersion, { params: { id: file.id, versionId: version.id } });
      return t("versionDeleted");
    });
  };
  const removeAll = async () => {
    const yes = await confirm({
      title: t("deleteVersionsTitle"),
      body: t("deleteVersionsBody", { count: earlier.length, size: formatBytes(held) }),
      action: t("deleteVersions"),
      danger: true,
    });
    if (!yes) return;
    await change(async () => {
      let freed = 0;
      for (let left = true; left; ) {
        const removed = await call(deleteVersions, { params: { id: file.id } });
        freed += removed.bytes;
        left = removed.left;
      }
      return t("versionsDeleted", { size: formatBytes(freed) });
    });
  };
  const [shown, setShown] = useState<FileVersion | null>(null);
  const items = versions.data?.items ?? [];
  const changeable = roleOffers(file.role, "change");
  const earlier = items.filter(({ current }) => !current);
  const held = earlier.reduce((sum, { fileSize }) => sum + fileSize, 0);
  // A version looks like its file, under its own id, so that the arrows walk from one to the other.
  const asFile = (version: FileVersion): Previewable => ({ ...file, id: version.id, fileSize: version.fileSize });
  return (
    <section className="mt-6">
      <div className="mb-2 flex min-h-8 flex-wrap items-center gap-x-2">
        <h3 className="font-semibold">{t("versions")}</h3>
        {earlier.length > 0 && (
          <>
            <p className="min-w-0 flex-1 text-ink-muted text-sm max-sm:order-last max-sm:basis-full">
              {t("earlierHold", { count: earlier.length, size: formatBytes(held) })}
            </p>
            {changeable && (
              <Button size="sm" variant="danger-ghost" className="max-sm:ml-auto" onClick={() => void removeAll()}>
                {t("deleteVersions")}
              </Button>
            )}
          </>
        )}
      </div>
      {versions.isPending && <div className="skeleton h-12" />}
      {versions.error && (
        <ErrorState
          title={t("versionsNotLoaded")}
          error={versions.error}
          onRetry={() => void versions.refetch()}
          className="py-4"
        />
      )}
      <ul className={items.length === 0 ? "hidden" : "divide-y rounded-lg border"}>
        {items.map((version) => (
          <li key={version.id} className="flex items-center gap-1 py-1.5 pr-1.5 pl-3">
            <div className="min-w-0 flex-1">
              <p>
                <Time at={version.createdAt} style="full" />
              </p>
              <p className="text-ink-muted text-xs">
                {formatBytes(version.fileSize)}
                {version.current && ` · ${t("currentVersion")}`}
              </p>
            </div>
            {canPreview(asFile(version)) && (
              <IconButton
                label={t("preview")}
                spoken={t("previewVersion")}
                size="icon-sm"
                onClick={() => setShown(version)}
              >
                <Eye />
              </IconButton>
            )}
            <Tooltip label={t("download")}>
              <a
                href={contentUrl(file.id, "attachment", version.id)}
                download
                aria-label={t("downloadVersion")}
                className={buttonClass({ variant: "ghost", size: "icon-sm" })}
              >
                <Download />
              </a>
            </Tooltip>
            {!version.current && changeable && (
              <>
                <Button size="sm" variant="ghost" onClick={() => void restore(version.id)}>
                  <History />
                  <span className="max-sm:sr-only">{t("restoreVersion")}</span>
                </Button>
                <IconButton
                  label={t("deleteVersion")}
                  variant="danger-ghost"
                  size="icon-sm"
                  onClick={() => void remove(version)}
                >
                  <Trash2 />
                </IconButton>
              </>
            )}
          </li>
        ))}
      </ul>
      <Preview
        file={shown && asFile(shown)}
        files={items.map(asFile)}
        onChange={(next) => setShown(items.find((version) => version.id === next?.id) ?? null)}
        urlOf={(version, disposition) => contentUrl(file.id, disposition, version.id)}
      />
    </section>
  );
}
