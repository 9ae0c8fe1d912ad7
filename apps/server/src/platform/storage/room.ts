import { type ObjectStore, StorageError } from "@holdfast/storage";
import { Disk } from "./disk.ts";
import { guardStore } from "./guarded-store.ts";
import { rowsKept } from "./space-limits.ts";

/** Nothing is stored, because what is left on a disk is kept for the database and for clean-up. */
export class NoRoomLeft extends StorageError {
  constructor() {
    super("no_space", "The disk is almost full: what is left is kept for the database and for clean-up.");
    this.name = "NoRoomLeft";
  }
}

/** Room for a body under way. */
export interface Hold {
  /** So much of it has come. */
  took(bytes: number): void;
  release(): void;
}

export interface RoomState {
  /** Whether uploads and backups are refused at present. */
  readonly refused: boolean;
  /** Whether room should be made: fewer bytes are left than it takes to accept uploads again. */
  readonly tight: boolean;
  /** One sentence about the disk that has the least left. */
  readonly detail: string;
}

/**
 * What this node's disks may still take. Uploads, copies and backups ask here and are refused in time; what makes room (deleting, purging,
 * sweeps) and the database never ask.
 */
export interface Room {
  /** @throws NoRoomLeft where `bytes` more, and the rows of a file, would take what is kept */
  check(bytes?: number): Promise<void>;
  /** As `check`, and keeps the room of an announced body from others until it is released. */
  hold(announced: number | null): Promise<Hold>;
  /** For what writes rows alone, which may go further than files do. @throws NoRoomLeft where even that would come near the database's last */
  checkRows(): Promise<void>;
  state(): Promise<RoomState>;
  /** The store of the installation: every object that is put asks for room first. */
  guard(store: ObjectStore): ObjectStore;
  /** A store in another local folder, of which keys with this prefix are checked, and every spool. */
  guardFolder(store: ObjectStore, folder: string, prefix: string): ObjectStore;
}

export interface RoomOptions {
  /** The embedded database's folder; null where the database is elsewhere. */
  readonly database: string | null;
  /** The local store's folder; null where objects go elsewhere. */
  readonly objects: string | null;
  readonly minFreeSpace: number | null;
  /** The file that is kept for the database (see `process/reserve.ts`). */
  readonly reserveFile: string | null;
  /** Told when uploads begin to be refused, and when they no longer are. */
  onChange?(refused: boolean, detail: string): void;
}

/** What the rows of a file, its folder entry and the database's log of them take, generously. */
const ROWS_BYTES = 16 * 1024;

/** Both folders must exist. */
export function createRoom(options: RoomOptions): Room {
  const disks: Disk[] = [];
  const diskOf = (folder: string, reserveFile: string | null, minFreeSpace = options.minFreeSpace): Disk => {
    const disk = new Disk(folder, minFreeSpace, reserveFile);
    const known = disks.find(({ device }) => device === disk.device);
    if (known === undefined) disks.push(disk);
    return known ?? disk;
  };
  const rows = options.database === null ? null : diskOf(options.database, options.reserveFile);
  const objects = options.objects === null ? null : diskOf(options.objects, null);
  const own = [...new Set([rows, objects])].filter((disk) => disk !== null);
  const comeback = Math.max(0, ...own.map(({ limits }) => Math.min(64 * 2 ** 20, limits.kept / 4)));
  let refusing = false;

  const fresh = () => Promise.all(own.map((disk) => disk.fresh()));

  /** Whether `bytes` more would take what is kept, and `spare` besides. */
  function lacks(bytes: number, spare = 0): boolean {
    return own.some((disk) => disk.left < ROWS_BYTES + spare + (disk === objects ? bytes : 0));
  }

  async function refused(): Promise<boolean> {
    await fresh();
    // Once refused, more must be free than at the edge: otherwise each file that goes lets another one in.
    const now = lacks(0, refusing ? comeback : 0);
    if (now !== refusing) {
      refusing = now;
      options.onChange?.(now, describe(own, now));
    }
    return now;
  }

  async function hold(announced: number | null): Promise<Hold> {
    const wanted = announced ?? 0;
    if ((await refused()) || lacks(wanted + (objects?.announced ?? 0))) throw new NoRoomLeft();
    if (objects === null) return { took() {}, release() {} };
    // Nothing is awaited since the question: of many that are announced at once, each counts for the next.
    objects.announced += wanted;
    let left = wanted;
    const give = (bytes: number): void => {
      const given = Math.min(left, bytes);
      left -= given;
      objects.announced -= given;
    };
    return { took: give, release: () => give(left) };
  }

  return {
    async check(bytes = 0) {
      (await hold(bytes)).release();
    },
    hold,
    async checkRows() {
      await rows?.fresh();
      if (rows !== null && rows.left + rows.limits.kept < rowsKept(rows.limits)) throw new NoRoomLeft();
    },
    async state() {
      const now = await refused();
      return { refused: now, tight: now || lacks(0, 2 * comeback), detail: describe(own, now) };
    },
    guard: (store) =>
      guardStore(store, {
        guards: () => true,
        async take(bytes) {
          await fresh();
          if (rows !== null && rows.left < 0) throw new NoRoomLeft();
          return objects === null ? () => {} : take(objects, bytes);
        },
        available: (free) => Math.max(0, free - (objects?.limits.kept ?? 0)),
        // Its rows are on the way, too.
        begun: () => rows?.wrote(ROWS_BYTES),
      }),
    guardFolder(store, folder, prefix) {
      // A disk without our database may be filled: what is kept is for that alone.
      const disk = diskOf(folder, null, 0);
      return guardStore(store, {
        guards: (key) => key.startsWith(prefix),
        take: (bytes) => take(disk, bytes),
        available: (free) => Math.max(0, free - disk.limits.kept),
        begun() {},
      });
    },
  };
}

async function take(disk: Disk, bytes: number): Promise<() => void> {
  const landed = await disk.take(bytes);
  if (landed === null) throw new NoRoomLeft();
  return landed;
}

function describe(disks: readonly Disk[], refused: boolean): string {
  const [least] = [...disks].sort((a, b) => a.free - a.limits.kept - (b.free - b.limits.kept));
  if (!least) return "No disk of this machine is written to by uploads.";
  const free = megabytes(least.free);
  if (!refused) return `The disk has ${free} free.`;
  const kept = megabytes(least.limits.kept);
  return `Uploads are refused: the disk has ${free} free, and ${kept} and the reserve are kept for the database and for clean-up. Downloads and deleting work. Make room on it.`;
}

function megabytes(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.max(0, Math.floor(bytes / 2 ** 20))} MiB`;
}
