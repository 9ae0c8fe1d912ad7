"use client";

import { createContext, useContext } from "react";
import type { UploadEngine } from "./engine";

export type Uploads = {
  engine: UploadEngine | null;
  /** Takes what was dropped; must be called while the drop event lasts. */
  addDrop: (data: DataTransfer, folderId: string | null, folderName: string) => void;
  addFiles: (files: FileList, folderId: string | null, folderName: string) => void;
  /** Continues what a reload interrupted, by the handles that the browser kept. False: the files must be chosen again. */
  continueLost: () => Promise<boolean>;
  matchFiles: (files: FileList) => number;
};

export const UploadsContext = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error("useUploads outside of UploadsProvider");
  return uploads;
}
