import type { File, PublicFile, publicShareSchema } from "@holdfast/contract";
import type { z } from "zod";
import { type UploadDefaults, uploadsLeft } from "../upload-limits.ts";
import { downloadsLeft } from "./grants.ts";
import type { SharedItem } from "./open.queries.ts";
import type { SeenShare } from "./open-share.ts";

export type PublicShare = z.infer<typeof publicShareSchema>;

/** What anybody who holds the link may know of it; while it is locked, nothing of what is behind. */
export function toPublicShare({ link, locked }: SeenShare, defaults: UploadDefaults): PublicShare {
  return {
    file: locked ? null : toPublicItem(link.item),
    sender: senderOf(link),
    message: locked ? null : link.message,
    expiresAt: link.expires_at?.toISOString() ?? null,
    needsPassword: locked,
    allowUpload: link.allow_upload,
    downloadsLeft: downloadsLeft(link),
    takes: link.allow_upload && !locked ? uploadsLeft(link, defaults) : null,
  };
}

/** The name that the owner goes by; never the whole address, which a link must not give away. */
function senderOf(link: { display_name: string | null; email: string }): string | null {
  return link.display_name ?? (link.email.split("@")[0] || null);
}

function toPublicItem(item: SharedItem): PublicFile {
  return {
    id: item.id,
    parentId: null,
    name: item.name,
    kind: item.kind,
    fileType: item.file_type,
    fileSize: item.file_size,
    lastModified: item.last_modified.toISOString(),
  };
}

/** A child of a shared folder, whose own id, or that of the link's folder, is `parentId`. */
export function toPublicFile(file: File, sharedFolderId: string): PublicFile {
  return {
    id: file.id,
    parentId: file.parentId === sharedFolderId ? null : file.parentId,
    name: file.name,
    kind: file.kind,
    fileType: file.fileType,
    fileSize: file.fileSize,
    lastModified: file.lastModified,
  };
}
