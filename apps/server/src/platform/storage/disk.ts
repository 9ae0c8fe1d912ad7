import { statfsSync, statSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { StorageError } from "@holdfast/storage";
import { type SpaceLimits, spaceLimits } from "./space-limits.ts";

/** How long a look at the disk serves. What this process writes meanwhile is counted. */
const FRESH_MS = 1_000;

/** The file system beneath a folder, as one process sees it: asked once a second, counted down by what is written in between. */
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
  #written = 0;

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
    if (performance.now() - this.#readAt > FRESH_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
  }

  /** Bytes that may still be taken: free ones, less those that are kept. Below zero where those are in use already. */
  get left(): number {
    return this.#free - this.#written - this.#missing - this.limits.kept;
  }

  /** Free bytes when it was last looked at. */
  get free(): number {
    return this.#free;
  }

  wrote(bytes: number): void {
    this.#written += bytes;
  }

  async #read(): Promise<void> {
    // What is written while the system answers may be in its answer or not: it is counted.
    const before = this.#written;
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
    this.#written -= before;
    this.#readAt = performance.now();
  }
}
