import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, statfsSync, statSync, truncateSync, unlinkSync } from "node:fs";
import { open, stat, statfs, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";
import type { DataFolder } from "../platform/data-folder.ts";
import { reserveFile } from "../platform/storage/reserve-file.ts";
import { criticalBytes, spaceLimits } from "../platform/storage/space-limits.ts";

const LOOK_EVERY_MS = 1_000;
const MIB = 2 ** 20;
/** Between two looks; what fills a disk faster is not PostgreSQL, now that uploads are refused. */
const FALLING_BYTES = 8 * MIB;
const RELEASE_EVERY_MS = 3_000;
/** After a failed attempt to make it. */
const AGAIN_AFTER_MS = 60_000;

/**
 * Gives half of the reserve back where the disk is full, and the rest where it still is when called again: a program that is filling the
 * disk takes what it is given, and ends. For a start, before anything is written to the folder.
 * @returns whether it did
 */
export function releaseIfFull(dataDir: string): boolean {
  const file = reserveFile(dataDir);
  if (!existsSync(file)) return false;
  const { bavail, bsize, blocks } = statfsSync(file);
  if (bavail * bsize >= criticalBytes) return false;
  const half = Math.floor(spaceLimits(blocks * bsize, null, true).reserve / 2);
  if (statSync(file).size > half) truncateSync(file, half);
  else unlinkSync(file);
  return true;
}

/**
 * Keeps the reserve: makes it where there is room, and gives it back as soon as the disk is
 * full. Uploads are refused as long as it is not whole (see `platform/storage/room.ts`).
 * @returns how to stop
 */
export function keepReserve(folder: DataFolder, minFreeSpace: number | null, log: Logger): () => void {
  const file = reserveFile(folder.path);
  let making: Promise<void> | null = null;
  let notBefore = 0;
  let releasedAt = Number.NEGATIVE_INFINITY;
  let freeBefore = Number.POSITIVE_INFINITY;
  const look = async (): Promise<void> => {
    // Nothing is made in what has taken the folder's place.
    if (folder.away !== null) return;
    const { bavail, bsize, blocks } = await statfs(dirname(file));
    const falling = freeBefore - bavail * bsize > FALLING_BYTES;
    freeBefore = bavail * bsize;
    const now = performance.now();
    // Not while another program is taking the disk: it would take this as well.
    if (!falling && now - releasedAt > RELEASE_EVERY_MS && releaseIfFull(folder.path)) {
      releasedAt = now;
      log.error("the disk is full: the reserve was given to the database and to clean-up; make room");
      return;
    }
    if (making || now < notBefore) return;
    const { reserve, kept } = spaceLimits(blocks * bsize, minFreeSpace, true);
    const there = await stat(file).then(
      (found) => found.blocks * 512,
      () => 0,
    );
    // What is left beside it is well above where it would be given back.
    const beside = Math.min(kept, 2 * criticalBytes);
    if (there >= reserve * 0.99 || bavail * bsize + there < reserve + beside) return;
    if ((await folder.look()) !== null) return;
    making = makeFile(file, reserve)
      .catch(async (error: unknown) => {
        await unlink(file).catch(() => {});
        notBefore = performance.now() + AGAIN_AFTER_MS;
        log.warn({ err: error }, "the reserve for a full disk could not be made");
      })
      .finally(() => {
        making = null;
      });
    await making;
  };
  const watch = (): void => {
    look().catch((error: unknown) => log.debug({ err: error }, "the disk of the data folder does not answer"));
  };
  watch();
  const timer = setInterval(watch, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Bytes that the file system has really set aside. */
async function makeFile(file: string, size: number): Promise<void> {
  if (await allocate(file, size)) return;
  // Not zeros: a file system that compresses would keep none of them.
  const noise = randomBytes(MIB);
  const handle = await open(file, "w", 0o600);
  try {
    for (let at = 0; at < size; at += MIB) await handle.write(noise, 0, Math.min(MIB, size - at), at);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** By the system's own program, where there is one: it takes no time and writes nothing. */
async function allocate(file: string, size: number): Promise<boolean> {
  if (process.platform !== "linux") return false;
  await open(file, "a", 0o600).then((handle) => handle.close());
  const child = spawn("fallocate", ["-l", String(size), file], { stdio: "ignore" });
  const [code] = await once(child, "exit").catch(() => [1]);
  return code === 0 && (await stat(file)).blocks * 512 >= size;
}
