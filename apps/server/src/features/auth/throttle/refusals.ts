import type { Clock } from "../../../platform/clock.ts";

/** What the database said of counts that must wait, for as long as ten seconds: a flood of refusals costs no statement each. */
export interface Refusals {
  /** Seconds until the longest wait among these that is known; 0: none is known. */
  wait(names: readonly string[]): number;
  /** Call before asking the database. @returns notes its answer, unless something was forgotten since */
  asking(): (waits: readonly { name: string; seconds: number }[]) => void;
  /** After any of them may have become free. */
  forget(names: readonly string[]): void;
}

/** What another node knows better is believed here for no longer than this. */
const KEPT_MS = 10_000;
const KEPT_AT_MOST = 10_000;

export function createRefusals(clock: Clock): Refusals {
  const known = new Map<string, { untilMs: number; endsMs: number }>();
  let forgotten = 0;

  return {
    wait(names) {
      const now = clock.now().getTime();
      let seconds = 0;
      for (const name of names) {
        const each = known.get(name);
        if (each && each.untilMs > now) seconds = Math.max(seconds, (each.endsMs - now) / 1000);
      }
      return seconds;
    },
    asking() {
      const before = forgotten;
      return (waits) => {
        if (forgotten !== before) return;
        const now = clock.now().getTime();
        for (const { name, seconds } of waits) {
          const endsMs = now + seconds * 1000;
          if (known.size >= KEPT_AT_MOST) known.clear();
          known.set(name, { untilMs: Math.min(now + KEPT_MS, endsMs), endsMs });
        }
      };
    },
    forget(names) {
      forgotten += 1;
      for (const name of names) known.delete(name);
    },
  };
}
