import { readFileSync, readlinkSync } from "node:fs";
import os from "node:os";
import { ObjectNotFound, type ObjectStore } from "@holdfast/storage";
import type { Cipher } from "./crypto/cipher.ts";
import { RepositoryError } from "./errors.ts";
import { listDocuments, loadDocument, saveDocument } from "./format/files.ts";
import { goString } from "./format/go-json.ts";

/** restic's times: a lock is renewed every 5 minutes and counts as abandoned after 30. */
const REFRESH_MS = 5 * 60_000;
const STALE_MS = 30 * 60_000;
/** Whoever could not renew its lock for this long stops, well before others may take it for abandoned. */
const LOST_MS = 20 * 60_000;

export interface LockInfo {
  id: string;
  time: Date;
  exclusive: boolean;
  hostname: string;
  username: string;
  pid: number;
  /** Where `pid` means something. Others than Holdfast do not say. */
  processSpace?: string;
}

/** Locks that this process holds: another one with our place and process id is a former life's. */
const held = new Set<string>();

/**
 * Runs `work` under a lock: one exclusive, or any number of shared ones. The signal that `work` gets is aborted when `signal` is, and
 * when the lock is lost.
 * @throws RepositoryError "locked" where somebody else holds a lock that stands against it.
 */
export async function withLock<T>(
  store: ObjectStore,
  cipher: Cipher,
  options: { exclusive: boolean; signal?: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let id = await acquire(store, cipher, options.exclusive);
  let renewed = Date.now();
  let renewing = Promise.resolve();

  const renew = async (): Promise<void> => {
    try {
      // After a sleep of the machine, others may have taken the lock for abandoned and removed what the work relies on.
      if (Date.now() - renewed > LOST_MS) throw new Error("It is older than others wait for.");
      const next = await writeLock(store, cipher, options.exclusive);
      const old = id;
      id = next;
      renewed = Date.now();
      held.delete(old);
      await store.delete([lockKey(old)]);
    } catch (error) {
      if (Date.now() - renewed < LOST_MS) return;
      lost.abort(
        new RepositoryError("lock_lost", "The lock of the repository could not be renewed.", { cause: error }),
      );
    }
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, REFRESH_MS);
  timer.unref();
  try {
    return await work(options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal]));
  } finally {
    clearInterval(timer);
    await renewing;
    held.delete(id);
    // A lock that cannot be deleted is found abandoned later; the work itself is done.
    await store.delete([lockKey(id)]).catch(() => {});
  }
}

/**
 * Looks, locks, looks again: of two that do so at once, at least one sees the other and steps back. Stores list what was put before, so
 * that restic's pause before the second look is not needed.
 */
async function acquire(store: ObjectStore, cipher: Cipher, exclusive: boolean): Promise<string> {
  await refuseConflicts(store, cipher, exclusive, null);
  const id = await writeLock(store, cipher, exclusive);
  try {
    await refuseConflicts(store, cipher, exclusive, id);
    return id;
  } catch (error) {
    held.delete(id);
    await store.delete([lockKey(id)]);
    throw error;
  }
}

async function refuseConflicts(
  store: ObjectStore,
  cipher: Cipher,
  exclusive: boolean,
  own: string | null,
): Promise<void> {
  for (const id of await listDocuments(store, "locks")) {
    if (id === own) continue;
    const lock = await loadLock(store, cipher, id);
    if (lock === null) continue;
    // Also where it would not stand against this one: restic itself would be refused because of it.
    if (isStale(lock)) {
      await store.delete([lockKey(id)]);
      continue;
    }
    if (!exclusive && !lock.exclusive) continue;
    const kind = lock.exclusive ? "exclusively" : "for reading and adding";
    throw new RepositoryError(
      "locked",
      `The repository is in use (${kind}) by process ${lock.pid} on ${lock.hostname} since ${lock.time.toISOString()}.`,
    );
  }
}

/**
 * Older than 30 minutes, as with restic, or of a process that is no more. That is told from a process id alone where ids are the same ones:
 * two containers of one host name each have their own, and another's are none of theirs.
 */
export function isStale(lock: LockInfo, now = Date.now()): boolean {
  if (now - lock.time.getTime() > STALE_MS) return true;
  if (lock.processSpace === undefined || lock.processSpace !== processSpace) return false;
  if (lock.pid === process.pid) return !held.has(lock.id);
  try {
    process.kill(lock.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** All locks that can be read, whoever holds them. */
export async function listLocks(store: ObjectStore, cipher: Cipher): Promise<LockInfo[]> {
  const locks = await Promise.all((await listDocuments(store, "locks")).map((id) => loadLock(store, cipher, id)));
  return locks.filter((lock) => lock !== null);
}

type LockDocument = Omit<LockInfo, "time" | "processSpace"> & { time: string; process_space?: string };

/** Null for a lock that vanished or cannot be read: restic ignores those too. */
async function loadLock(store: ObjectStore, cipher: Cipher, id: string): Promise<LockInfo | null> {
  try {
    const json = JSON.parse((await loadDocument(store, cipher, "locks", id)).toString()) as LockDocument;
    const { exclusive, hostname, username, pid, process_space } = json;
    return { id, time: new Date(json.time), exclusive, hostname, username, pid, processSpace: process_space };
  } catch (error) {
    if (error instanceof ObjectNotFound || (error instanceof RepositoryError && error.code === "damaged")) return null;
    throw error;
  }
}

async function writeLock(store: ObjectStore, cipher: Cipher, exclusive: boolean): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const ids = `${uid === 0 ? "" : `,"uid":${uid}`}${gid === 0 ? "" : `,"gid":${gid}`}`;
  const who = `"hostname":${goString(os.hostname())},"username":${goString(username())},"pid":${process.pid}${ids}`;
  // restic passes over fields that it does not know.
  const space = processSpace === undefined ? "" : `,"process_space":${goString(processSpace)}`;
  const id = await saveDocument(
    store,
    cipher,
    "locks",
    `{"time":"${new Date().toISOString()}","exclusive":${exclusive},${who}${space}}`,
  );
  held.add(id);
  return id;
}

/** The boot of the machine and the namespace of process ids, where the system names them: with both, an id names one process. */
const processSpace = readProcessSpace();

function readProcessSpace(): string | undefined {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

function lockKey(id: string): string {
  return `locks/${id}`;
}

function username(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "";
  }
}
