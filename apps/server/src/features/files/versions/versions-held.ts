import type { Queryable } from "../../../platform/database/database.ts";
import { versionsHeld as ask } from "../usage.queries.ts";

export interface Held {
  bytes: number;
  /** Whether all of the space was looked at. */
  complete: boolean;
}

const freshMs = 60_000;
const most = 10_000;
const known = new Map<string, { at: number; held: Promise<Held> }>();

/** How much earlier versions hold in a space, as of the last minute: asked when its quota is full, which may be many times a second. */
export function versionsHeld(db: Queryable, spaceId: string): Promise<Held> {
  const now = performance.now();
  const last = known.get(spaceId);
  if (last && now - last.at < freshMs) return last.held;
  if (known.size >= most) known.clear();
  const held = ask.first(db, spaceId).then((row) => row ?? { bytes: 0, complete: true });
  known.set(spaceId, { at: now, held });
  held.catch(() => known.delete(spaceId));
  return held;
}
