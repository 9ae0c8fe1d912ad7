/** The address of a folder of a backup; without path, of its root. */
export function snapshotPath(backupId: string, path = ""): string {
  return `/backups/${backupId}${path ? `?path=${encodeURIComponent(path)}` : ""}`;
}
