import type { Events } from "../../platform/events/events.ts";

/** Whose files changed, and by whose doing. */
export interface Changed {
  spaceId: string;
  userId: string;
}

/**
 * Tells open pages that a folder's children changed: those of everybody who sees the space, as far as they see the folder, and those of who
 * did it. The root is `null` outside, the space's id inside. @param whose a space's id where nobody else can have done it
 */
export function folderChanged(events: Events, whose: string | Changed, ...folders: (string | null)[]): void {
  const { spaceId, userId } = typeof whose === "string" ? { spaceId: whose, userId: whose } : whose;
  for (const id of new Set(folders)) {
    const folder = id ?? spaceId;
    events.publish(spaceId, { type: "files.changed", id: folder === spaceId ? "root" : folder });
    // Who adds to a folder does not hear of it otherwise.
    if (userId !== spaceId) events.publish(userId, { type: "files.changed", id: folder });
  }
}
