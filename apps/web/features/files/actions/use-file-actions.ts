"use client";

import type { File } from "@holdfast/contract";
import { copyFile, createFolder, updateFile } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { call, hasCode, problemOf } from "@/lib/api";
import { folderOf } from "@/lib/own-space";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { followCopies } from "../copies/use-large-copies";
import { eachListing, folderChanged } from "../listing/listing";
import { shownAtOnce } from "../listing/shown-at-once";
import type { Effect } from "../listing/unconfirmed";
import { archiveLimit, downloadUrl, startDownload } from "../navigation/links";
import { type BulkResult, bulk } from "./bulk";
import { beginUndo } from "./undo";

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
    const named = (files: readonly Pick<File, "name">[]) => ({
      count: files.length,
      name: visibleName(files[0]?.name ?? ""),
    });
    const refusedOf = (result: BulkResult) => result.refused;
    const report = (result: BulkResult) => {
      if (result.failed) toast.error(t("someFailed", { count: result.failed }), { description: result.reason });
    };

    /** @returns why the name cannot be, in a sentence for the field that asked; null where it is done, or said elsewhere */
    async function rename(file: File, name: string, undoable = true): Promise<string | null> {
      if (name === file.name || !name.trim()) return null;
      const undo = undoable ? beginUndo() : null;
      const called: Effect = (known) => ({ ...known, name });
      try {
        await shownAtOnce([file.id], called, () => call(updateFile, { params: { id: file.id }, body: { name } }));
        undo?.done(() => renameAgain({ ...file, name }, file.name));
        return null;
      } catch (error) {
        undo?.failed();
        if (hasCode(error, "name_taken", "invalid_name", "invalid_request")) return problemOf(error).message;
        fail(error, () => renameAgain(file, name, undoable), {
          repeatable: true,
          what: t("notRenamed", { name: visibleName(file.name) }),
        });
        return null;
      } finally {
        folderChanged(folderOf(file));
        void client.invalidateQueries({ queryKey: keys.file(file.id) });
      }
    }

    async function renameAgain(file: File, name: string, undoable = false): Promise<void> {
      const problem = await rename(file, name, undoable);
      if (problem) toast.error(problem);
    }

    async function newFolder(name: string, parentId: string | null): Promise<File> {
      const folder = await call(createFolder, { body: { name, parentId } });
      eachListing((listing) => listing.view.folderId === parentId && listing.insert(folder));
      void client.invalidateQueries({ queryKey: ["folders"] });
      return folder;
    }

    async function trash(files: readonly Pick<File, "id" | "name">[]): Promise<void> {
      const ids = files.map((file) => file.id);
      const undo = beginUndo();
      try {
        const gone = () => null;
        const result = await shownAtOnce(ids, gone, () => bulk("trash", ids), refusedOf);
        report(result);
        const text = ids.length === 1 ? t("trashedOne", named(files)) : t("trashed", { count: result.done });
        const done = ids.filter((id) => !result.refused.has(id));
        if (done.length > 0) undo.done(() => restore(done), { text, label: t("undo") });
        else undo.failed();
      } catch (error) {
        undo.failed();
        fail(error, () => trash(files), { repeatable: true, what: t("notTrashed", named(files)) });
      }
      changedEverywhere();
    }

    async function restore(ids: readonly string[]): Promise<void> {
      try {
        const result = await bulk("restore", ids);
        report(result);
        if (result.done) toast.success(t("restored", { count: result.done }));
      } catch (error) {
        fail(error, () => restore(ids), { repeatable: true, what: t("notRestored", { count: ids.length }) });
      }
      changedEverywhere();
    }

    async function destroy(ids: readonly string[]): Promise<void> {
      try {
        const result = await bulk("delete", ids);
        report(result);
        if (result.done) toast.success(t("deleted", { count: result.done }));
      } catch (error) {
        fail(error, () => destroy(ids), { repeatable: true, what: t("notDeleted", { count: ids.length }) });
      }
      changedEverywhere();
    }

    async function move(files: readonly File[], parentId: string | null, folderName: string): Promise<void> {
      const moving = files.filter((file) => folderOf(file) !== parentId && file.id !== parentId);
      if (moving.length === 0) return;
      const ids = moving.map((file) => file.id);
      const from = moving[0] ? folderOf(moving[0]) : null;
      const folder = visibleName(folderName);
      const undo = beginUndo();
      try {
        const moved: Effect = (file, folderId) => (folderId === parentId ? file : null);
        const result = await shownAtOnce(ids, moved, () => bulk("move", ids, parentId), refusedOf);
        report(result);
        const done = ids.filter((id) => !result.refused.has(id));
        const back = (): Promise<void> =>
          bulk("move", done, from).then(changedEverywhere, (error) => fail(error, back, { repeatable: true }));
        const text = t("moved", { count: done.length, folder });
        if (done.length > 0) undo.done(back, { text, label: t("undo") });
        else undo.failed();
      } catch (error) {
        undo.failed();
        fail(error, () => move(files, parentId, folderName), { repeatable: true, what: t("notMoved", named(moving)) });
      }
      changedEverywhere();
    }

    async function copy(files: readonly File[], parentId: string | null, folderName: string): Promise<void> {
      try {
        let done = 0;
        for (const file of files) {
          const made = await call(copyFile, { params: { id: file.id }, body: { parentId } });
          if ("entriesDone" in made) followCopies(client);
          else done++;
        }
        if (done > 0) toast.success(t("copied", { count: done, folder: visibleName(folderName) }));
      } catch (error) {
        fail(error, undefined, { what: t("notCopied", named(files)) });
      }
      changedEverywhere();
    }

    function download(files: readonly File[]): void {
      if (files.length > archiveLimit) toast.error(t("tooManyToDownload", { count: archiveLimit }));
      else if (files.length > 0) startDownload(downloadUrl(files));
    }

    return { rename, renameAgain, newFolder, trash, restore, destroy, move, copy, download, fail, changedEverywhere };
  }, [client, fail, t]);
}

export type FileActions = ReturnType<typeof useFileActions>;
