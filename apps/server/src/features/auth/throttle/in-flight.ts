/** Tries under way, by key. One whose end is never told counts for half a minute. */
export interface InFlight {
  count(key: Buffer, now: Date): number;
  /** @returns how many there were before */
  add(key: Buffer, now: Date): number;
  remove(key: Buffer): void;
}

const LOST_AFTER_MS = 30_000;

export function createInFlight(): InFlight {
  const started = new Map<string, number[]>();
  const known = (name: string, now: Date) =>
    started.get(name)?.filter((at) => at > now.getTime() - LOST_AFTER_MS) ?? [];
  return {
    count: (key, now) => known(key.toString("base64"), now).length,
    add(key, now) {
      const name = key.toString("base64");
      const tries = known(name, now);
      started.set(name, [...tries, now.getTime()]);
      return tries.length;
    },
    remove(key) {
      const name = key.toString("base64");
      const [, ...rest] = started.get(name) ?? [];
      if (rest.length > 0) started.set(name, rest);
      else started.delete(name);
    },
  };
}
