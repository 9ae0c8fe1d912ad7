"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { FileChooser } from "@/components/form/file-chooser";
import type { Folder } from "@/features/files/page/use-folder";
import { useUploads } from "@/features/uploads/uploads-context";

/** The browser's own dialogs for files and for a folder, and what opens them. */
export function useUploadChoosers() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return {
    inputs: { files, folder },
    chooseFiles: () => files.current?.click(),
    chooseFolder: () => folder.current?.click(),
  };
}

type UploadChoosersProps = {
  inputs: ReturnType<typeof useUploadChoosers>["inputs"];
  /** Where the files go. */
  folder: Pick<Folder, "id" | "name">;
};

export function UploadChoosers({ inputs, folder }: UploadChoosersProps) {
  const t = useTranslations("files");
  const uploads = useUploads();
  const add = (files: Parameters<typeof uploads.addFiles>[0]) => uploads.addFiles(files, folder.id, folder.name);
  return (
    <>
      <FileChooser ref={inputs.files} label={t("uploadFiles")} onFiles={add} />
      <FileChooser ref={inputs.folder} folder label={t("uploadFolder")} onFiles={add} />
    </>
  );
}
