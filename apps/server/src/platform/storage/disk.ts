import { statfsSync, statSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { StorageError } from "@holdfast/storage";
import { type SpaceLimits, spaceLimits } from "./space-limits.ts";

const MIB = 2 ** 20;
/** How long a look at the disk serves. What this process writes meanwhile is counted; other processes' bytes are seen at the next look. */
const FRESH_MS = 100;
/** With less left than others may write between two looks, every write looks first. */
const NEAR_BYTES = 256 * MIB;
/** And no more than this of one process is on its way then, or one write: so much may others not know of. */
const NEAR_UNDER_WAY = 4 * MIB;

/**
 * The file system beneath a folder, as one process sees it: asked ten times a second at most, counted down by what is written in between.
 * Several processes share it and do not ask each other, so near its end each looks before every write and has little under way.
 */
export class Disk {
  readonly device: number;
  readonly limits: SpaceLimits;
  /** Bytes that requests of this process have announced and not sent yet. */
  announced = 0;
  readonly #folder: string;
  readonly #reserveFile: string | null;
  #free = Number.POSITIVE_INFINITY;
  #missing = 0;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;
  /** Bytes that the last look cannot have seen: on their way, or written since it began. */
  #counted = 0;
  /** Those of them that are written. */
  #landed = 0;
  #underWay = 0;
  #landing = Promise.withResolvers<void>();

  /** @param reserveFile The reserve that belongs on it: what of it is not there is as good as taken. */
  constructor(folder: string, minFreeSpace: number | null, reserveFile: string | null) {
    const { blocks, bsize } = statfsSync(folder);
    this.device = statSync(folder).dev;
    this.limits = spaceLimits(blocks * bsize, minFreeSpace, reserveFile !== null);
    this.#folder = folder;
    this.#reserveFile = reserveFile;
  }

  /** Looks at the disk again where the last look is a while ago. */
  async fresh(): Promise<void> {
    if (this.#isNear || performance.now() - this.#readAt > FRESH_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
  }

  /** Bytes that may still be taken: free ones, less those that are kept. Below zero where those are in use already. */
  get left(): number {
    return this.#free - this.#counted - this.#missing - this.limits.kept;
  }

  /** Free bytes when it was last looked at. */
  get free(): number {
    return this.#free;
  }

  /** Counts bytes that somebody else writes, such as the database. */
  wrote(bytes: number): void {
    this.#counted += bytes;
    this.#landed += bytes;
  }

  /**
   * Room for one write, or null where it would take what is kept.
   * @returns what is called when the write has ended, in whatever way
   */
  async take(bytes: number): Promise<(() => void) | null> {
    await this.fresh();
    while (this.#isNear && this.#underWay > 0 && this.#underWay + bytes > NEAR_UNDER_WAY) {
      await this.#landing.promise;
      await this.fresh();
    }
    if (this.left < bytes) return null;
    this.#counted += bytes;
    this.#underWay += bytes;
    return () => {
      this.#landed += bytes;
      this.#underWay -= bytes;
      this.#landing.resolve();
      this.#landing = Promise.withResolvers();
    };
  }

  get #isNear(): boolean {
    return this.left < NEAR_BYTES;
  }

  async #read(): Promise<void> {
    // What lands while the system answers may be in its answer or not, and what is on its way is not: both are counted.
    const before = this.#landed;
    const { bavail, bsize } = await statfs(this.#folder).catch((cause: unknown) => {
      // Its disk came loose, and the watch over the data folder has not seen it yet.
      throw new StorageError("unavailable", `The disk of ${this.#folder} cannot be looked at.`, { cause });
    });
    if (this.#reserveFile !== null) {
      const there = await stat(this.#reserveFile).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      );
      this.#missing = Math.max(0, this.limits.reserve - there);
    }
    this.#free = bavail * bsize;
    this.#landed -= before;
    this.#counted -= before;
    this.#readAt = performance.now();
  }
}
