/** The address of a folder of a backup; without path, of its root. */
export function snapshotPath(backupId: string, path = ""): string {
  return `/backups/${backupId}${path ? `?path=${encodeURIComponent(path)}` : ""}`;
}

/**
 * Whose files paths of an instance backup are: the name below `/files`. Null where they are nobody's, or those of several people:
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
export function openSnapshotFolder(backupId: string, path: string): void {
  window.history.pushState(null, "", snapshotPath(backupId, path));
}
