"use client";

import { useSearchParams } from "next/navigation";

/** The folder in the trash that the address shows; null is the trash itself. */
export function useTrashedFolderId(): string | null {
  return useSearchParams().get("folder");
}

export function trashPath(folderId: string | null): string {
  return folderId ? `/trash?folder=${folderId}` : "/trash";
}

export function openTrashedFolder(folderId: string | null): void {
  window.history.pushState(null, "", trashPath(folderId));
}
