/** Tries under way, by key. One whose end is never told counts for half a minute. */
export interface InFlight {
  count(key: Buffer, now: Date): number;
  add(key: Buffer, now: Date): void;
  remove(key: Buffer): void;
}

const LOST_AFTER_MS = 30_000;

export function createInFlight(): InFlight {
  const started = new Map<string, number[]>();
  return {
    count(key, now) {
      const name = key.toString("base64");
      const tries = started.get(name)?.filter((at) => at > now.getTime() - LOST_AFTER_MS) ?? [];
      if (tries.length > 0) started.set(name, tries);
      else started.delete(name);
      return tries.length;
    },
    add(key, now) {
      const name = key.toString("base64");
      started.set(name, [...(started.get(name) ?? []), now.getTime()]);
    },
    remove(key) {
      const name = key.toString("base64");
      const [, ...rest] = started.get(name) ?? [];
      if (rest.length > 0) started.set(name, rest);
      else started.delete(name);
    },
  };
}
