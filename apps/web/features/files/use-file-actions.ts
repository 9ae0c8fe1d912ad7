"use client";

import { bulkFiles, copyFile, createFolder, type File, updateFile } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { archiveLimit, downloadUrl, startDownload } from "./links";
import { eachListing, folderChanged } from "./listing";
import { type Effect, unconfirmed } from "./unconfirmed";

type BulkAction = "trash" | "restore" | "delete" | "move";
const batch = 1000;

/** Many at once, in batches; what could not be done is counted, with the first reason. */
export async function bulk(action: BulkAction, ids: readonly string[], parentId?: string | null) {
  let failed = 0;
  let reason = "";
  for (let start = 0; start < ids.length; start += batch) {
    const result = await call(bulkFiles, { body: { action, ids: ids.slice(start, start + batch), parentId } });
    for (const item of result.items) {
      if (item.ok) continue;
      failed++;
      reason ||= item.detail ?? item.code ?? "";
    }
  }
  return { done: ids.length - failed, failed, reason };
}

/** Shows what becomes of these entries while the server makes it so; what fails is taken back by whoever asked. */
async function shownAtOnce<T>(ids: readonly string[], effect: Effect, work: () => Promise<T>): Promise<T> {
  const change = unconfirmed.begin(ids, effect);
  eachListing((listing) => listing.apply(change));
  try {
    const result = await work();
    unconfirmed.confirmed(change);
    return result;
  } catch (error) {
    unconfirmed.refused(change);
    throw error;
  }
}

/** Everything that can be done to files from a page, with its undo and its words. */
export function useFileActions() {
  const t = useTranslations("files");
  const client = useQueryClient();
  const fail = useFailure();
  return useMemo(() => {
    const changedEverywhere = () => {
      folderChanged(undefined);
      for (const key of [keys.trash, ["folders"], ["search"], keys.session, ["shares"]]) {
        void client.invalidateQueries({ queryKey: key });
      }
    };
    const report = (result: { failed: number; reason: string }) => {
      if (result.failed) toast.error(t("someFailed", { count: result.failed }), { description: result.reason });
    };

    async function rename(file: File, name: string): Promise<boolean> {
      if (name === file.name || !name.trim()) return true;
      const ids = [file.id];
      const called = (name: string) => (known: File) => ({ ...known, name });
      try {
        await shownAtOnce(ids, called(name), () => call(updateFile, { params: { id: file.id }, body: { name } }));
        return true;
      } catch (error) {
        eachListing((listing) => listing.apply({ ids: new Set(ids), effect: called(file.name) }));
        fail(error, () => rename(file, name));
        return false;
      } finally {
        folderChanged(file.parentId);
        void client.invalidateQueries({ queryKey: keys.file(file.id) });
      }
    }

    async function newFolder(name: string, parentId: string | null): Promise<File> {
      const folder = await call(createFolder, { body: { name, parentId } });
      eachListing((listing) => listing.view.folderId === parentId && listing.insert(folder));
      void client.invalidateQueries({ queryKey: ["folders"] });
      return folder;
    }

    async function trash(files: readonly Pick<File, "id" | "name">[]): Promise<void> {
      const ids = files.map((file) => file.id);
      try {
        const gone = () => null;
        const result = await shownAtOnce(ids, gone, () => bulk("trash", ids));
        report(result);
        const undo = () => void restore(ids);
        const [first] = files;
        const message =
          ids.length === 1 && first ? t("trashedOne", { name: first.name }) : t("trashed", { count: result.done });
        if (result.done) toast(message, { duration: 10_000, action: { label: t("undo"), onClick: undo } });
      } catch (error) {
        fail(error, () => trash(files));
      }
      changedEverywhere();
    }

    async function restore(ids: readonly string[]): Promise<void> {
      try {
        const result = await bulk("restore", ids);
        report(result);
        if (result.done) toast.success(t("restored", { count: result.done }));
      } catch (error) {
        fail(error, () => restore(ids));
      }
      changedEverywhere();
    }

    async function destroy(ids: readonly string[]): Promise<void> {
      try {
        const result = await bulk("delete", ids);
        report(result);
        if (result.done) toast.success(t("deleted", { count: result.done }));
      } catch (error) {
        fail(error, () => destroy(ids));
      }
      changedEverywhere();
    }

    async function move(files: readonly File[], parentId: string | null, folderName: string): Promise<void> {
      const moving = files.filter((file) => file.parentId !== parentId && file.id !== parentId);
      if (moving.length === 0) return;
      const ids = moving.map((file) => file.id);
      const from = moving[0]?.parentId ?? null;
      try {
        const moved: Effect = (file, folderId) => (folderId === parentId ? file : null);
        const result = await shownAtOnce(ids, moved, () => bulk("move", ids, parentId));
        report(result);
        const undo = () => void bulk("move", ids, from).then(changedEverywhere, fail);
        if (result.done) {
          toast(t("moved", { count: result.done, folder: folderName }), {
            duration: 10_000,
            action: { label: t("undo"), onClick: undo },
          });
        }
      } catch (error) {
        fail(error, () => move(files, parentId, folderName));
      }
      changedEverywhere();
    }

    async function copy(files: readonly File[], parentId: string | null, folderName: string): Promise<void> {
      try {
        for (const file of files) await call(copyFile, { params: { id: file.id }, body: { parentId } });
        toast.success(t("copied", { count: files.length, folder: folderName }));
      } catch (error) {
        fail(error);
      }
      changedEverywhere();
    }

    function download(files: readonly File[]): void {
      if (files.length > archiveLimit) toast.error(t("tooManyToDownload", { count: archiveLimit }));
      else if (files.length > 0) startDownload(downloadUrl(files));
    }

    return { rename, newFolder, trash, restore, destroy, move, copy, download, fail, changedEverywhere };
  }, [client, fail, t]);
}

export type FileActions = ReturnType<typeof useFileActions>;
