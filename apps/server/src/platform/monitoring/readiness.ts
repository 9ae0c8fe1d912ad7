import { statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataFolder } from "../data-folder.ts";

export interface ReadinessCheck {
  readonly name: "database" | "storage" | "worker" | "disk";
  readonly ok: boolean;
  /** One sentence for whoever has to do something about it. */
  readonly detail: string;
}

export interface Readiness {
  /** "not_ready" when requests cannot be served. A silent worker or a filling disk is told, but stops no download. */
  readonly status: "ready" | "not_ready";
  readonly checks: ReadinessCheck[];
}

export interface ReadinessSources {
  /** Runs a query. */
  database(): Promise<unknown>;
  /** Writes, reads and deletes a probe; the bytes left, where the store knows. */
  storage(): Promise<{ readonly freeBytes: number | null }>;
  /** How long ago a worker was alive, in ms; null where none ever was. */
  workerSilence(): Promise<number | null>;
  readonly folder: Pick<DataFolder, "path" | "away">;
  /** Bytes that should be free. */
  readonly minFreeSpace: number;
}

/** A question that is not answered by then counts as failed. */
const PATIENCE_MS = 3_000;
/** Probes cost something, and anybody may ask: one answer serves all who ask within this time. */
const FRESH_MS = 2_000;
/** A worker says that it is alive every few seconds. */
const SILENT_MS = 60_000;

/** Answers whether requests can be served. */
export function createReadiness(sources: ReadinessSources): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > FRESH_MS) last = { at: now, answer: check(sources) };
    return last.answer;
  };
}

async function check(sources: ReadinessSources): Promise<Readiness> {
  const { away } = sources.folder;
  // Asking the others would only tell what follows from it.
  if (away !== null) return { status: "not_ready", checks: [{ name: "disk", ...bad(away) }] };
  const checks = await Promise.all([
    one("database", "The database", async () => {
      await sources.database();
      return good("The database answers.");
    }),
    one("storage", "The file store", async () => {
      await sources.storage();
      return good("The file store can be written and read.");
    }),
    one("worker", "The worker's state", async () => judgeWorker(await sources.workerSilence())),
    one("disk", "The disk of the data folder", async () => {
      const { bavail, bsize } = await statfs(sources.folder.path);
      return judgeDisk(bavail * bsize, sources.minFreeSpace);
    }),
  ]);
  const serves = checks.every(({ name, ok }) => ok || name === "worker" || name === "disk");
  return { status: serves ? "ready" : "not_ready", checks };
}

type Verdict = Omit<ReadinessCheck, "name">;
const good = (detail: string): Verdict => ({ ok: true, detail });
const bad = (detail: string): Verdict => ({ ok: false, detail });

async function one(
  name: ReadinessCheck["name"],
  subject: string,
  ask: () => Promise<Verdict>,
): Promise<ReadinessCheck> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal, ref: false }).then(
    () => bad(`${subject} does not answer within ${PATIENCE_MS / 1000} seconds.`),
    () => bad(""),
  );
  try {
    return { name, ...(await Promise.race([ask(), late])) };
  } catch (error) {
    return { name, ...bad(`${subject} cannot be used: ${(error as Error).message.replace(/\.?$/, ".")}`) };
  } finally {
    timer.abort();
  }
}

function judgeWorker(silence: number | null): Verdict {
  if (silence === null) return bad("No worker has run yet: backups, thumbnails and clean-up wait for one.");
  if (silence > SILENT_MS) {
    const minutes = Math.round(silence / 60_000);
    return bad(`No worker has been alive for ${minutes} min: backups, thumbnails and clean-up wait for one.`);
  }
  return good("A worker is alive.");
}

function judgeDisk(free: number, wanted: number): Verdict {
  const left = `${(free / 2 ** 30).toFixed(1)} GiB`;
  return free >= wanted
    ? good(`The data folder's disk has ${left} free.`)
    : bad(`The data folder's disk has only ${left} free: make room before it is full.`);
}
