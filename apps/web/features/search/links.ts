import type { SearchKind } from "@holdfast/contract";

export const searchKinds = ["folder", "image", "video", "audio", "document", "archive", "other"] as const;

/** The results page of a search. */
export function searchPath(q: string, kind?: SearchKind): string {
  return `/search?${new URLSearchParams({ q, ...(kind ? { kind } : {}) })}`;
}
