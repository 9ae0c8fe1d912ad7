import { mkdirSync, statSync } from "node:fs";
import { rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import type { LogSink } from "./log-output.ts";

export interface LogFilesOptions {
  readonly folder: string;
  /** `api`: the newest lines are in `api.log`, older ones in `api.1.log`, `api.2.log` … */
  readonly name: string;
  /** Of all files together; a little more is possible while one is replaced. */
  readonly maxBytes: number;
  /** So much stays free on the disk: with less, lines are not kept. */
  readonly keepFree?: number;
}

const FILES = 5;
/** What waits for the disk at most; beyond it lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 5_000;
/** What a disk has not taken by then is lost. */
const LAST_WAIT_MS = 2_000;
const KEEP_FREE = 128 * 2 ** 20;

/**
 * Keeps lines in files that are replaced by size, a fixed number of them. Nothing waits for it: lines are written in the background, and what a
 * disk does not take (it is full, slow or gone) is lost.
 */
export function openLogFiles(options: LogFilesOptions): LogSink & { close(): Promise<void> } {
  const { folder, name, maxBytes, keepFree = KEEP_FREE } = options;
  const path = (nth: number) => join(folder, nth === 0 ? `${name}.log` : `${name}.${nth}.log`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let size = statSync(path(0), { throwIfNoEntry: false })?.size ?? 0;
  let hasRoom = true;
  let turning: Promise<void> | null = null;
  const stream = pino.destination({ dest: path(0), sync: false, maxLength: MAX_WAITING_BYTES, mode: 0o600 });
  stream.on("error", () => {});
  // pino calls it at the end of the process, where nobody catches what it throws.
  const flush = stream.flushSync.bind(stream);
  stream.flushSync = () => {
    try {
      flush();
    } catch {
      // The disk takes nothing, or the file is not open yet.
    }
  };

  async function look(): Promise<void> {
    const { bavail, bsize } = await statfs(folder);
    hasRoom = bavail * bsize >= keepFree;
  }
  async function turn(): Promise<void> {
    await rm(path(FILES - 1), { force: true });
    for (let nth = FILES - 2; nth >= 0; nth--) await rename(path(nth), path(nth + 1)).catch(() => {});
    stream.reopen();
  }
  const timer = setInterval(() => {
    look().catch(() => {
      hasRoom = false;
    });
  }, LOOK_EVERY_MS).unref();

  return {
    write(line) {
      if (!hasRoom) return;
      try {
        stream.write(line);
      } catch {
        // Between a file that could not be opened again and the next attempt there is none to write to.
        return;
      }
      size += Buffer.byteLength(line);
      if (size < maxBytes / FILES || turning !== null) return;
      size = 0;
      turning = turn()
        .catch(() => {})
        .finally(() => {
          turning = null;
        });
    },
    async close() {
      clearInterval(timer);
      await turning;
      const ended = new Promise((resolve) => stream.once("close", resolve));
      stream.end();
      await Promise.race([ended, sleep(LAST_WAIT_MS, undefined, { ref: false })]);
    },
  };
}
