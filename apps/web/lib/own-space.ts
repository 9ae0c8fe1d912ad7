import type { File } from "@holdfast/contract";

let own: string | undefined;

/** Whose pages these are: their own files begin at null, those of a team or another person in its root folder. */
export function setOwnSpace(userId: string | undefined): void {
  own = userId;
}

export function isOwnSpace(spaceId: string): boolean {
  return own === undefined || spaceId === own;
}

/** The folder that an entry lies in, as addresses and lists name it; null: where one's own files begin. */
export function folderOf({ parentId, spaceId }: Pick<File, "parentId" | "spaceId">): string | null {
  return parentId ?? (own === undefined || spaceId === own ? null : spaceId);
}
