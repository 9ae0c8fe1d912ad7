import { setTimeout as sleep } from "node:timers/promises";
import type { Person } from "../../../support/person.ts";
import type { Random } from "../random.ts";

/** What was found wrong, by kind, each with how it showed. */
export class Faults {
  readonly found = new Map<string, string[]>();

  add(kind: string, detail: string): void {
    this.found.set(kind, [...(this.found.get(kind) ?? []), detail]);
  }

  /** Lines to be printed: every kind with its count and its first cases. */
  lines(): string[] {
    return [...this.found].map(([kind, details]) => `${details.length} × ${kind}: ${details.slice(0, 3).join(" | ")}`);
  }
}

/** What every client of the drill shares. */
export interface World {
  readonly url: string;
  /** Signed in again from time to time: never to be kept. */
  person: Person;
  readonly random: Random;
  readonly faults: Faults;
  /** Folders for files; nothing else is in them. */
  readonly folders: readonly string[];
  /** Answers that were successes. */
  acknowledged: number;
  stopped: boolean;
}

export interface MixedClient {
  /** Does one thing and learns of its answer, however often it must ask. */
  step(): Promise<void>;
}

/** One thing after another, until the world is stopped. Ends when the last thing was answered. */
export async function run(world: World, client: MixedClient): Promise<void> {
  while (!world.stopped) await client.step();
}

export interface Answer {
  status: number;
  code: string;
  body: Record<string, unknown>;
}

const longestMs = 300_000;
/** The server's own word that asking once more is right. */
const later = new Set(["idempotency_in_progress", "busy", "upload_busy", "unavailable"]);

/**
 * Sends a request until it is answered, whatever happens to the server. Returns null where a good request was refused, or never answered:
 * that is noted among the faults.
 */
export async function untilAnswered(
  world: World,
  what: string,
  request: { path: string; method: string; headers?: Record<string, string>; body?: string | Uint8Array },
  good: readonly number[],
): Promise<Answer | null> {
  const { path, ...init } = request;
  let last = "";
  for (const end = performance.now() + longestMs; performance.now() < end; await sleep(30)) {
    const answer = await world.person.fetch(path, init as RequestInit).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (!answer || text === null || text === undefined) continue;
    const body = (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>;
    const { status } = answer;
    const code = String(body.code ?? "");
    if (good.includes(status)) {
      world.acknowledged++;
      return { status, code, body };
    }
    last = `${status} ${code}`;
    if ((status >= 500 && status !== 507) || later.has(code)) continue;
    world.faults.add(`${what}: a good request was refused`, `${last} ${String(body.detail ?? "")}`);
    return null;
  }
  world.faults.add(`${what}: never answered`, last);
  return null;
}
