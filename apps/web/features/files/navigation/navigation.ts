"use client";

import { usePathname } from "next/navigation";
import { folderOfPath, folderPath } from "./links";

/** A folder on the way from the root; null is the root itself. */
export type Crumb = {
  id: string | null;
  name: string /** Another page of ours, where what others share begins. */;
  href?: string;
};

/** The folder in the address bar. Folders change by the history API: no request to the page server between them. */
export function useFolderId(): string | null {
  return folderOfPath(usePathname());
}

export function openFolder(id: string | null): void {
  const path = folderPath(id);
  if (window.location.pathname !== path) window.history.pushState(null, "", path);
}
