import type { Events } from "../../platform/events/events.ts";

/** Tells a person's open pages that a folder's children changed. The root is `null` outside, the person's id inside. */
export function folderChanged(events: Events, userId: string, ...folders: (string | null)[]): void {
  for (const id of new Set(folders)) {
    events.publish(userId, { type: "files.changed", id: id === null || id === userId ? "root" : id });
  }
}
