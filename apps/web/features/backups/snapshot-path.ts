/** The address of a folder of a backup; without path, of its root. */
export function snapshotPath(backupId: string, path = ""): string {
  return `/backups/${backupId}${path ? `?path=${encodeURIComponent(path)}` : ""}`;
}

/** Folders of a backup change by the history API, as those of the files do. */
export function openSnapshotFolder(backupId: string, path: string): void {
  window.history.pushState(null, "", snapshotPath(backupId, path));
}
