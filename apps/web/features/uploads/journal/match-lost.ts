import type { Found } from "../collect";
import type { UploadItem } from "../types";

/** Finds interrupted items again among files, by path, size and time; each at most once. */
export function matchLost(items: Iterable<UploadItem>, found: readonly Found[]): { item: UploadItem; file: File }[] {
  const lost = new Map<string, UploadItem>();
  const keyOf = (dir: string, file: { name: string; size: number; lastModified: number }) =>
    [dir, file.name, file.size, file.lastModified].join("\n");
  for (const item of items) if (item.status === "lost") lost.set(keyOf(item.dir, item), item);
  const matched: { item: UploadItem; file: File }[] = [];
  for (const { file, dir } of found) {
    const item = lost.get(keyOf(dir, file));
    if (!item) continue;
    lost.delete(keyOf(dir, file));
    matched.push({ item, file });
  }
  return matched;
}
