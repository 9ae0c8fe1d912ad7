import type { Database } from "../database/database.ts";
import { noteNames } from "./access-log.queries.ts";
import type { Gathered } from "./windows.ts";

/** Names that this process knows to be noted; it asks again for those that it forgot, which changes nothing. */
const KNOWN = 50_000;
const DAY_MS = 86_400_000;

/** Notes what items are called whose reads are written, each once. */
export function createNameNotes(db: Database): (rows: readonly Gathered[], now: Date) => Promise<void> {
  let known = new Set<string>();
  let day = -1;
  return async (rows, now) => {
    const today = Math.floor(now.getTime() / DAY_MS);
    if (today !== day || known.size > KNOWN) [known, day] = [new Set(), today];
    const fresh = new Map<string, [id: string, name: string]>();
    for (const { access } of rows) {
      if (access.targetId === null || access.targetName === null) continue;
      const key = `${access.targetId} ${access.targetName}`;
      if (!known.has(key)) fresh.set(key, [access.targetId, access.targetName]);
    }
    if (fresh.size === 0) return;
    const names = [...fresh.values()].sort(([a], [b]) => (a < b ? -1 : 1));
    await noteNames.count(
      db,
      names.map(([id]) => id),
      names.map(([, name]) => name.slice(0, 255).replaceAll("\0", "").toWellFormed()),
    );
    for (const key of fresh.keys()) known.add(key);
  };
}
