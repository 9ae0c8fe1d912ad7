import type { Notification } from "@holdfast/contract";

/** The page that a notification leads to; null where there is nothing to open. */
export function addressOf({ kind, file }: Pick<Notification, "kind" | "file">): string | null {
  if (file === null) return null;
  const isComment = kind.startsWith("comment.");
  if (file.kind === "folder" && !isComment) return `/files/${file.id}`;
  const folderId = file.kind === "folder" ? file.id : file.folderId;
  return `/files${folderId === null ? "" : `/${folderId}`}?${isComment ? "comments" : "details"}=${file.id}`;
}
