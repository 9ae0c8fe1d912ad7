import type { FileActivity } from "@holdfast/contract";

/** What an action of the access log is called in the activity of a file. What is not here is not told. */
const changes: Record<string, FileActivity["kind"]> = {
  "file.upload": "added",
  "folder.create": "added",
  "file.replace": "changed",
  "file.rename": "renamed",
  "file.move": "moved",
  "file.copy": "copied",
  "file.trash": "trashed",
  "file.restore": "restored",
  "file.restore-version": "version-restored",
  "file.delete-version": "versions-deleted",
  "file.delete-versions": "versions-deleted",
  "share.create": "shared",
  "share.update": "sharing-changed",
  "share.revoke": "sharing-ended",
  "grant.create": "shared",
  "grant.update": "sharing-changed",
  "grant.delete": "sharing-ended",
  "comment.add": "commented",
};
/** For managers. */
const reads: Record<string, FileActivity["kind"]> = {
  "file.download": "downloaded",
  "file.archive": "downloaded",
  "link.download": "downloaded",
  "link.archive": "downloaded",
};

export const changeActions = Object.keys(changes);
export const readActions = Object.keys(reads);

export function kindOf(action: string): FileActivity["kind"] {
  return (changes[action] ?? reads[action]) as FileActivity["kind"];
}

export function isRead(action: string): boolean {
  return action in reads;
}
