export type Found = { file: File; dir: string };

/** Entries are read in portions of this size, so that the page can draw in between. */
const portion = 250;

/**
 * What a drop holds must be asked for at once, before the event is over; reading it comes after.
 * The handles (Chromium only) let us read the same files again after a reload.
 */
export function takeDrop(data: DataTransfer): { entries: FileSystemEntry[]; handles: Promise<FileSystemHandle[]> } {
  const entries: FileSystemEntry[] = [];
  const handles: Promise<FileSystemHandle | null>[] = [];
  for (const item of data.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    if (entry) entries.push(entry);
    const getHandle = (item as { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> })
      .getAsFileSystemHandle;
    if (getHandle) handles.push(getHandle.call(item).catch(() => null));
  }
  return {
    entries,
    handles: Promise.all(handles).then((all) => all.filter((handle) => handle !== null)),
  };
}

function readPortion(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Walks dropped files and folders. Yields portions of files, and reports folders that hold nothing. */
export async function* walkEntries(
  entries: readonly FileSystemEntry[],
  onEmptyFolder: (dir: string) => void,
  onUnreadable: (path: string) => void,
): AsyncGenerator<Found[]> {
  const pending: { entry: FileSystemEntry; dir: string }[] = entries.map((entry) => ({ entry, dir: "" })).reverse();
  let found: Found[] = [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { entry, dir } = next;
    const path = dir ? `${dir}/${entry.name}` : entry.name;
    try {
      if (entry.isFile) found.push({ file: await fileOf(entry as FileSystemFileEntry), dir });
      else {
        const reader = (entry as FileSystemDirectoryEntry).createReader();
        let count = 0;
        // A reader gives at most 100 entries a time, and nothing at the end.
        for (let part = await readPortion(reader); part.length > 0; part = await readPortion(reader)) {
          count += part.length;
          for (const child of part.toReversed()) pending.push({ entry: child, dir: path });
        }
        if (count === 0) onEmptyFolder(path);
      }
    } catch {
      onUnreadable(path);
    }
    if (found.length >= portion) {
      yield found;
      found = [];
    }
  }
  if (found.length > 0) yield found;
}

/** What an input holds; with a chosen folder each file knows its path. */
export function* walkFiles(files: FileList): Generator<Found[]> {
  const all = [...files].map((file) => ({ file, dir: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
  for (let start = 0; start < all.length; start += portion) yield all.slice(start, start + portion);
}

/** Files and folders that the browser let us keep, read again: each file with its path. */
export async function* walkHandles(handles: readonly FileSystemHandle[], dir = ""): AsyncGenerator<Found[]> {
  for (const handle of handles) {
    if (handle.kind === "file") {
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => null);
      if (file) yield [{ file, dir }];
    } else {
      const path = dir ? `${dir}/${handle.name}` : handle.name;
      for await (const child of (handle as FileSystemDirectoryHandle).values()) yield* walkHandles([child], path);
    }
  }
}
