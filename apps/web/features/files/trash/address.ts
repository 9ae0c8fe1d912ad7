"use client";

import { useSearchParams } from "next/navigation";

/** The folder in the trash that the address shows; null is the trash itself. */
export function useTrashedFolderId(): string | null {
  return useSearchParams().get("folder");
}

/** The team whose trash the address shows; null is one's own. */
export function useTrashSpaceId(): string | null {
  return useSearchParams().get("space");
}

function trashPath(folderId: string | null, spaceId: string | null): string {
  const asked = new URLSearchParams({
    ...(spaceId ? { space: spaceId } : {}),
    ...(folderId ? { folder: folderId } : {}),
  });
  return asked.size > 0 ? `/trash?${asked}` : "/trash";
}

export function openTrashedFolder(folderId: string | null, spaceId: string | null): void {
  window.history.pushState(null, "", trashPath(folderId, spaceId));
}
