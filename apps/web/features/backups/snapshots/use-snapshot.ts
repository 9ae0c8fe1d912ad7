"use client";

import { useParams, useSearchParams } from "next/navigation";
import { useBackup } from "../work/queries";
import { formatStamp } from "../work/when";
import { openSnapshotFolder, partOf } from "./snapshot-path";

/** The backup, and the folder in it, that the address names. */
export function useSnapshot() {
  const { backupId: id } = useParams<{ backupId: string }>();
  const address = useSearchParams();
  const path = address.get("path") ?? "";
  const part = partOf(address.get("part"));
  const { data: backup, error, refetch } = useBackup(id);
  return {
    ...{ id, path, part, backup, error },
    /** When it was made, in words. */
    stamp: backup ? formatStamp(backup.backupDate ?? backup.createdAt) : "…",
    instance: backup?.scope === "instance",
    retry: () => void refetch(),
    goUp: () => {
      if (path) openSnapshotFolder(id, path.split("/").slice(0, -1).join("/"), part);
    },
  };
}

export type Snapshot = ReturnType<typeof useSnapshot>;
