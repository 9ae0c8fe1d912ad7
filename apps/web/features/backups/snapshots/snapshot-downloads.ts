import type { BackupEntry } from "@holdfast/contract";
import { getBackupArchive, getBackupContent } from "@holdfast/contract/client";
import { startDownload } from "@/features/files/navigation/links";
import { urlOf } from "@/lib/api";
import type { Snapshot } from "./use-snapshot";

/** Hands a folder of a backup as an archive, or one of its entries, to the browser's download. */
export function snapshotDownloads({ id, part }: Pick<Snapshot, "id" | "part">) {
  const folder = (path: string) => startDownload(urlOf(getBackupArchive, { params: { id }, query: { part, path } }));
  const entry = ({ kind, path }: BackupEntry) =>
    kind === "folder"
      ? folder(path)
      : startDownload(urlOf(getBackupContent, { params: { id }, query: { part, path } }));
  return { folder, entry };
}
