import type { BackupPart } from "@holdfast/contract";

/** In the order in which they are shown. */
export const backupParts = ["files", "versions", "trash"] as const satisfies readonly BackupPart[];

/** The address of a folder of a backup; without path, of a part's root. */
export function snapshotPath(backupId: string, path = "", part: BackupPart = "files"): string {
  const query = [...(part === "files" ? [] : [`part=${part}`]), ...(path ? [`path=${encodeURIComponent(path)}`] : [])];
  return `/backups/${backupId}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** What an address says; the files where it says nothing that there is. */
export function partOf(text: string | null): BackupPart {
  return backupParts.find((part) => part === text) ?? "files";
}

/**
 * Whose files paths of a server backup are: the name below `/files`. Null where they are nobody's, or those of several people:
 * such a restore there is not.
 */
export function personOf(paths: readonly string[]): string | null {
  const [first = "", ...others] = paths.map((path) => {
    const [top, person] = path.split("/");
    return top === "files" && person ? person : "";
  });
  return first && others.every((other) => other === first) ? first : null;
}

/** Folders of a backup change by the history API, as those of the files do. */
export function openSnapshotFolder(backupId: string, path: string, part: BackupPart): void {
  window.history.pushState(null, "", snapshotPath(backupId, path, part));
}
