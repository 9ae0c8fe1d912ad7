import type { File } from "@holdfast/contract";
import { listFiles } from "@holdfast/contract/client";
import type { Order, SortBy } from "@/features/entries/grid/order";
import { call } from "@/lib/api";
import { type Change, unconfirmed, withChanges, withPlaces } from "./unconfirmed";

export type View = { folderId: string | null; sort: SortBy; order: Order; q: string };

const firstPage = 100;
const nextPages = 1000;
/** So many folders stay in memory, so that Back shows them at once and where they were. */
const kept = 12;

/**
 * A folder's children in one order, read page by page. Cursors are sequential, so the first page is small (rows at once)
 * and the rest follows by itself in large pages while somebody looks; with every page the scrollbar becomes truer.
 * Not TanStack's infinite query: that reads all pages again one by one for every change.
 */
export class FolderListing {
  readonly view: View;
  items: File[] = [];
  /** Everything is here. */
  done = false;
  /** The first page has arrived. */
  ready = false;
  error: unknown;
  /** Place to come back to; kept by the grid. */
  scrollTop = 0;
  activeId: string | null = null;
  /** Rises with each change; what React compares. */
  version = 0;
  private cursor: string | null = null;
  private running: Promise<void> | null = null;
  private refreshWanted = false;
  private lastRefresh = 0;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(view: View) {
    this.view = view;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    void this.run();
    return () => this.listeners.delete(listener);
  };

  keepPlace(scrollTop: number): void {
    this.scrollTop = scrollTop;
  }

  getVersion = (): number => this.version;

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }

  private fetchPage(cursor: string | null, limit: number) {
    const { folderId, sort, order, q } = this.view;
    return unconfirmed.over(folderId, () =>
      call(listFiles, {
        query: { parentId: folderId ?? undefined, sort, order, q: q || undefined, limit, cursor: cursor ?? undefined },
      }),
    );
  }

  /** Reads on until the end, or until nobody looks any more. */
  private run(everything = false): Promise<void> {
    this.running ??= this.read(everything).finally(() => {
      this.running = null;
      if (this.refreshWanted) this.refreshSoon();
    });
    return this.running;
  }

  private async read(everything: boolean): Promise<void> {
    try {
      while (!this.done && (everything || this.listeners.size > 0 || !this.ready)) {
        const page = await this.fetchPage(this.cursor, this.ready ? nextPages : firstPage);
        // A new array each time: that is how everything drawn from it knows that it changed.
        this.items = this.items.concat(page.items);
        this.cursor = page.nextCursor;
        this.done = page.nextCursor === null;
        this.ready = true;
        this.error = undefined;
        this.changed();
      }
    } catch (error) {
      this.error = error;
      this.changed();
    }
  }

  retry(): void {
    this.error = undefined;
    this.changed();
    void this.run();
  }

  /** Resolves when the whole folder is here (or reading it failed). */
  async loadAll(): Promise<readonly File[]> {
    while (!this.done && !this.error) await this.run(true);
    return this.items;
  }

  /** Reads again what is shown, and swaps it in one go; bursts of changes lead to few reads. */
  refreshSoon(): void {
    this.refreshWanted = true;
    if (this.running || this.refreshTimer) return;
    const pause = this.items.length > 5000 ? 6000 : this.items.length > 1000 ? 2500 : 400;
    const wait = Math.max(60, this.lastRefresh + pause - Date.now());
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      if (this.listeners.size > 0) this.refresh();
    }, wait);
  }

  private refresh(): void {
    if (this.running) return;
    this.refreshWanted = false;
    this.running = this.reread().finally(() => {
      this.running = null;
      this.lastRefresh = Date.now();
      if (this.refreshWanted) this.refreshSoon();
      else if (!this.done && !this.error) void this.run();
    });
  }

  private async reread(): Promise<void> {
    const wanted = Math.max(this.items.length, firstPage);
    const fresh: File[] = [];
    let cursor: string | null = null;
    try {
      do {
        const page = await this.fetchPage(cursor, Math.min(nextPages, Math.max(firstPage, wanted - fresh.length + 50)));
        for (const item of page.items) fresh.push(item);
        cursor = page.nextCursor;
      } while (cursor !== null && fresh.length < wanted);
      this.items = fresh;
      this.cursor = cursor;
      this.done = cursor === null;
      this.ready = true;
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  /** Someone looks again after a while: what was kept shows at once, what changed follows. */
  revisit(): void {
    if (this.ready) this.refreshSoon();
  }

  /**
   * Shows a change at once; where an entry now belongs, the refresh tells.
   * @returns what takes it back for the entries that stayed as they were: they stand where they stood
   */
  apply(change: Change): (ids: ReadonlySet<string>) => void {
    const before = this.items.flatMap((file, index) => (change.ids.has(file.id) ? { file, index } : []));
    if (before.length === 0) return () => {};
    this.items = withChanges(this.items, [change], this.view.folderId);
    this.changed();
    return (ids) => {
      this.items = withPlaces(
        this.items,
        before.filter(({ file }) => ids.has(file.id)),
      );
      this.changed();
    };
  }

  /** Shows a new entry before the server's order is known; the refresh puts it in its place. */
  insert(file: File): void {
    if (!this.ready || this.view.q || this.items.some((item) => item.id === file.id)) return;
    const at = file.kind === "folder" ? 0 : this.items.findIndex((item) => item.kind === "file");
    this.items = this.items.toSpliced(at < 0 ? this.items.length : at, 0, file);
    this.changed();
    this.refreshSoon();
  }
}

const listings = new Map<string, FolderListing>();

/** The one listing of a view; the least recently used are forgotten. */
export function listingOf(view: View): FolderListing {
  const key = [view.folderId ?? "root", view.sort, view.order, view.q].join("\n");
  const known = listings.get(key);
  if (known) listings.delete(key);
  const listing = known ?? new FolderListing(view);
  listings.set(key, listing);
  for (const old of listings.keys()) {
    if (listings.size <= kept) break;
    listings.delete(old);
  }
  return listing;
}

/** Something in a folder changed (undefined: no telling where). */
export function folderChanged(folderId: string | null | undefined): void {
  for (const listing of listings.values()) {
    if (folderId === undefined || listing.view.folderId === folderId) listing.refreshSoon();
  }
}

export function eachListing(work: (listing: FolderListing) => void): void {
  for (const listing of listings.values()) work(listing);
}
