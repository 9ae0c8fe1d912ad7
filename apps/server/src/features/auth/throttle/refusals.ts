import type { Clock } from "../../../platform/clock.ts";

/** What the database said of counts that must wait, for as long as ten seconds: a flood of refusals costs no statement each. */
export interface Refusals {
  /** Seconds until the longest wait among these that is known; 0: none is known. */
  wait(keys: readonly Buffer[]): number;
  /** Call before asking the database. @returns notes its answer, unless something was forgotten since */
  asking(): (waits: readonly { key: Buffer; seconds: number }[]) => void;
  /** After any of them may have become free. */
  forget(keys: readonly Buffer[]): void;
}

/** What another node knows better is believed here for no longer than this. */
const KEPT_MS = 10_000;
const KEPT_AT_MOST = 10_000;

export function createRefusals(clock: Clock): Refusals {
  const known = new Map<string, { untilMs: number; endsMs: number }>();
  let forgotten = 0;
  const name = (key: Buffer) => key.toString("base64");

  return {
    wait(keys) {
      const now = clock.now().getTime();
      let seconds = 0;
      for (const key of keys) {
        const each = known.get(name(key));
        if (each && each.untilMs > now) seconds = Math.max(seconds, (each.endsMs - now) / 1000);
      }
      return seconds;
    },
    asking() {
      const before = forgotten;
      return (waits) => {
        if (forgotten !== before) return;
        const now = clock.now().getTime();
        for (const { key, seconds } of waits) {
          const endsMs = now + seconds * 1000;
          if (known.size >= KEPT_AT_MOST) known.clear();
          known.set(name(key), { untilMs: Math.min(now + KEPT_MS, endsMs), endsMs });
        }
      };
    },
    forget(keys) {
      forgotten += 1;
      for (const key of keys) known.delete(name(key));
    },
  };
}
