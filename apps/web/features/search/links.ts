import type { SearchKind } from "@holdfast/contract";
import { visibleName } from "@/lib/safe-name";

export const searchKinds = ["folder", "image", "video", "audio", "document", "archive", "other"] as const;

/** The results page of a search. */
export function searchPath(q: string, kind?: SearchKind): string {
  return `/search?${new URLSearchParams({ q, ...(kind ? { kind } : {}) })}`;
}

/** The path of the folder that holds what was found, as it can be shown. */
export function pathAbove(filePath: string): string {
  return visibleName(filePath.slice(0, filePath.lastIndexOf("/")) || "/");
}
