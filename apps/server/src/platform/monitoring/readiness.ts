import { setTimeout as sleep } from "node:timers/promises";
import { StorageError } from "@holdfast/storage";
import type { DataFolder } from "../data-folder.ts";
import type { RoomState } from "../storage/room.ts";

export interface ReadinessCheck {
  readonly name: "database" | "storage" | "worker" | "disk" | "auth";
  readonly ok: boolean;
  /** One word for everybody. */
  readonly code:
    | "ok"
    | "unavailable"
    | "timeout"
    | "full"
    | "starting"
    | "missing"
    | "silent"
    | "away"
    | "misconfigured";
  /** One sentence for who has to do something about it; it may name addresses and folders, and is not for strangers. */
  readonly detail: string;
}

export interface Readiness {
  /** "not_ready" when requests cannot be served. A silent worker, a filling disk or a Supabase that is away is told, but stops no download. */
  readonly status: "ready" | "not_ready";
  /** "refused" while a disk is almost full: downloads and deleting work, so that the node stays in service. */
  readonly uploads: "accepted" | "refused";
  readonly checks: ReadinessCheck[];
}

export interface ReadinessSources {
  /** Runs a query. */
  database(): Promise<unknown>;
  /** Writes, reads and deletes a probe; the bytes left, where the store knows. */
  storage(): Promise<{ readonly freeBytes: number | null }>;
  /** How long ago a worker was alive, in ms; null where none ever was. */
  workerSilence(): Promise<number | null>;
  /** What is wrong with the Supabase that signs people in, a sentence each; null: none is used. */
  readonly auth: (() => Promise<readonly string[]>) | null;
  readonly folder: Pick<DataFolder, "away">;
  /** What the disks of this node may still take. */
  room(): Promise<Pick<RoomState, "refused" | "detail">>;
}

/** A question that is not answered by then counts as failed. */
const PATIENCE_MS = 3_000;
/** Probes cost something, and anybody may ask: one answer serves all who ask within this time. */
const FRESH_MS = 2_000;
/** A worker says that it is alive every few seconds. */
const SILENT_MS = 60_000;

/** Without these no request can be served. */
const serving = new Set<ReadinessCheck["name"]>(["database", "storage"]);

/** Answers whether requests can be served. @param since when this process began, by `performance.now()` */
export function createReadiness(sources: ReadinessSources, since = performance.now()): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > FRESH_MS) last = { at: now, answer: check(sources, now - since) };
    return last.answer;
  };
}

async function check(sources: ReadinessSources, age: number): Promise<Readiness> {
  const { auth } = sources;
  const { away } = sources.folder;
  // Asking the others would only tell what follows from it.
  if (away !== null) {
    return { status: "not_ready", uploads: "refused", checks: [{ name: "disk", ...bad("away", away) }] };
  }
  let full = false;
  const checks = await Promise.all([
    one("database", "The database", async () => {
      await sources.database();
      return good("The database answers.");
    }),
    one("storage", "The file store", async () => {
      try {
        await sources.storage();
      } catch (error) {
        if (!(error instanceof StorageError && error.code === "no_space")) throw error;
        full = true;
        return { ...good("The file store can be read; it is full, so that uploads are refused."), code: "full" };
      }
      return good("The file store can be written and read.");
    }),
    one("worker", "The worker's state", async () => judgeWorker(await sources.workerSilence(), age)),
    one("disk", "The disk of the data folder", async () => {
      const { refused, detail } = await sources.room();
      if (refused) full = true;
      return { ok: !refused, code: refused ? "full" : "ok", detail };
    }),
    ...(auth ? [one("auth", "Supabase Auth", async () => judgeAuth(await auth()))] : []),
  ]);
  const serves = checks.every(({ name, ok }) => ok || !serving.has(name));
  return { status: serves ? "ready" : "not_ready", uploads: full || !serves ? "refused" : "accepted", checks };
}

type Verdict = Omit<ReadinessCheck, "name">;
const good = (detail: string): Verdict => ({ ok: true, code: "ok", detail });
const bad = (code: ReadinessCheck["code"], detail: string): Verdict => ({ ok: false, code, detail });

async function one(
  name: ReadinessCheck["name"],
  subject: string,
  ask: () => Promise<Verdict>,
): Promise<ReadinessCheck> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal, ref: false }).then(
    () => bad("timeout", `${subject} does not answer within ${PATIENCE_MS / 1000} seconds.`),
    () => bad("timeout", ""),
  );
  try {
    return { name, ...(await Promise.race([ask(), late])) };
  } catch (error) {
    return {
      name,
      ...bad("unavailable", `${subject} cannot be used: ${(error as Error).message.replace(/\.?$/, ".")}`),
    };
  } finally {
    timer.abort();
  }
}

function judgeWorker(silence: number | null, age: number): Verdict {
  // At the first start of all the API is there before its worker.
  if (silence === null && age < SILENT_MS) return { ...good("The worker is starting."), code: "starting" };
  if (silence === null) return bad("missing", "No worker has run yet: backups and clean-up wait for one.");
  if (silence > SILENT_MS) {
    const minutes = Math.round(silence / 60_000);
    return bad("silent", `No worker has been alive for ${minutes} min: backups and clean-up wait for one.`);
  }
  return good("A worker is alive.");
}

function judgeAuth(wrong: readonly string[]): Verdict {
  return wrong.length === 0 ? good("Supabase Auth answers, and the keys fit.") : bad("misconfigured", wrong.join(" "));
}

/** What a stranger is told: states and codes, no sentence that names an address, a folder or a key. */
export function withoutDetails({ checks, ...answer }: Readiness) {
  return { ...answer, checks: checks.map(({ name, ok, code }) => ({ name, ok, code })) };
}
