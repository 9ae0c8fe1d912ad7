import { randomUUID } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { createFile } from "./secret-files.ts";

/** Lies in the data folder from its first use on: whatever has another one, or none, is not that folder. */
export const idFile = "holdfast.id";

/** What is watched besides: a folder in the data folder may be on a disk of its own. */
export type Part = "keys" | "postgres";

const LOOK_EVERY_MS = 1_000;

/** The data folder as it was found at the start. It may vanish under a running process: a disk comes loose, a mount goes. */
export interface DataFolder {
  readonly path: string;
  /** Null while the very same folder is there; otherwise one sentence for whoever has to bring it back. */
  readonly away: string | null;
  /** Looks at once, not only at the next tick. */
  look(): Promise<string | null>;
  /** Resolves while the folder is there, or as soon as it is back. @throws the signal's reason */
  untilBack(signal?: AbortSignal): Promise<void>;
  /** Called each time it is back; `moved`: on another device than before, so that what is open still belongs to the former one. */
  onBack(listener: (moved: boolean) => void): void;
  close(): void;
}

interface Seen {
  readonly device: bigint;
  readonly inode: bigint;
}

/** The folder's id, made at its first use; with the folder for keys, which nothing else makes. */
export async function identifyDataFolder(path: string): Promise<string> {
  await mkdir(join(path, "keys"), { recursive: true, mode: 0o700 });
  return createFile(join(path, idFile), randomUUID());
}

/** Watches over a data folder that has been identified. Nothing is ever made in it by this. */
export async function watchDataFolder(
  path: string,
  log: Logger,
  options: { parts?: readonly Part[]; lookEveryMs?: number } = {},
): Promise<DataFolder> {
  const id = await identifyDataFolder(path);
  const parts = ["", ...(options.parts ?? ["keys"])];
  const first = new Map<string, Seen>();
  for (const part of parts) first.set(part, await see(join(path, part)));
  const listeners: ((moved: boolean) => void)[] = [];
  let away: string | null = null;
  let looking: Promise<void> | null = null;
  let back = Promise.withResolvers<void>();

  async function compare(): Promise<void> {
    const missing = await whatIsMissing();
    if (missing !== null) {
      if (away === null) log.error(missing);
      away = missing;
      return;
    }
    if (away === null) return;
    let moved = false;
    for (const part of parts) {
      const now = await see(join(path, part)).catch(() => null);
      if (now === null) return;
      moved ||= now.device !== first.get(part)?.device;
      first.set(part, now);
    }
    away = null;
    log.warn({ path, moved }, "the data folder is back; Holdfast continues");
    for (const listener of listeners) listener(moved);
    back.resolve();
    back = Promise.withResolvers();
  }

  async function whatIsMissing(): Promise<string | null> {
    const found = await readFile(join(path, idFile), "utf8").catch(() => "");
    if (found.trim() !== id) return sentence(path);
    for (const part of parts) {
      const now = await see(join(path, part)).catch(() => null);
      // A disk may be back under another number; its folders keep theirs.
      if (now?.inode !== first.get(part)?.inode) return sentence(join(path, part));
    }
    return null;
  }

  const look = async (): Promise<string | null> => {
    looking ??= compare().finally(() => {
      looking = null;
    });
    await looking;
    return away;
  };
  const timer = setInterval(() => void look(), options.lookEveryMs ?? LOOK_EVERY_MS).unref();
  return {
    path,
    get away() {
      return away;
    },
    look,
    async untilBack(signal) {
      while ((await look()) !== null) {
        signal?.throwIfAborted();
        await Promise.race([back.promise, sleep(LOOK_EVERY_MS, undefined, { ref: false })]);
      }
      signal?.throwIfAborted();
    },
    onBack: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}

async function see(path: string): Promise<Seen> {
  const { dev, ino } = await stat(path, { bigint: true });
  return { device: dev, inode: ino };
}

function sentence(path: string): string {
  return `The folder ${path} is gone, or another folder is in its place: is its disk connected? Holdfast makes nothing in its place, and continues when the same folder is back.`;
}
