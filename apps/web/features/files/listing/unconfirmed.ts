import type { File } from "@holdfast/contract";

/** What becomes of an entry in a folder; null: it is no longer there. */
export type Effect = (file: File, folderId: string | null) => File | null;
export type Change = { ids: ReadonlySet<string>; effect: Effect };

/**
 * Changes that a page shows before the server has confirmed them. A folder that is read meanwhile may still be told as it
 * was, so each read takes along every change that was unconfirmed at any time while it ran, and shows it on top.
 */
export class Unconfirmed {
  private readonly changes = new Set<Change>();
  private readonly reads = new Set<Set<Change>>();

  begin(ids: Iterable<string>, effect: Effect): Change {
    const change = { ids: new Set(ids), effect };
    this.changes.add(change);
    for (const read of this.reads) read.add(change);
    return change;
  }

  /** The server has done it: what is read from now on tells it by itself. */
  confirmed(change: Change): void {
    this.changes.delete(change);
  }

  /** It did not happen: no read shows it, not even one that is under way. */
  refused(change: Change): void {
    this.changes.delete(change);
    for (const read of this.reads) read.delete(change);
  }

  /** Reads a page of a folder, and returns it with the changes on top. */
  async over<P extends { items: readonly File[] }>(folderId: string | null, reading: () => Promise<P>): Promise<P> {
    const read = new Set(this.changes);
    this.reads.add(read);
    try {
      const page = await reading();
      return { ...page, items: withChanges(page.items, read, folderId) };
    } finally {
      this.reads.delete(read);
    }
  }
}

/** The entries after these changes, in the order in which they were made. */
export function withChanges(files: readonly File[], changes: Iterable<Change>, folderId: string | null): File[] {
  let shown = [...files];
  for (const { ids, effect } of changes) {
    shown = shown.flatMap((file) => (ids.has(file.id) ? (effect(file, folderId) ?? []) : file));
  }
  return shown;
}

/** The entries with these at the places where they were, whatever became of them since. */
export function withPlaces(items: readonly File[], places: readonly { file: File; index: number }[]): File[] {
  const ids = new Set(places.map(({ file }) => file.id));
  const shown = items.filter((item) => !ids.has(item.id));
  for (const { file, index } of places) shown.splice(Math.min(index, shown.length), 0, file);
  return shown;
}

export const unconfirmed = new Unconfirmed();
