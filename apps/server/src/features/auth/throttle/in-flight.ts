/** Attempts of this process that are under way, by what they are counted under; and those that wait for one of them to end. */
export interface InFlight {
  /** Whether none is under way under any of these keys. */
  none(keys: readonly string[]): boolean;
  /** @returns to be called when the attempt has ended and what it came to is counted; `true`: it gave no place back */
  enter(keys: readonly string[]): (refused?: boolean) => void;
  /** Resolves when an attempt under one of these keys has ended, true; or false at once where there is none to wait for. */
  ended(keys: readonly string[], milliseconds: number): Promise<boolean>;
}

/** Attempts that wait for one key; more are not worth the memory. */
const WAITING = 256;

export function createInFlight(): InFlight {
  const entries = new Map<string, { running: number; waiting: Set<() => void> }>();

  function leave(key: string, refused: boolean): void {
    const entry = entries.get(key);
    if (!entry) return;
    entry.running -= 1;
    if (entry.running === 0) entries.delete(key);
    // One place may have become free; when nothing is left to wait for, all are told.
    const one = refused ? 0 : 1;
    for (const wake of [...entry.waiting].slice(0, entry.running === 0 ? WAITING : one)) wake();
  }

  return {
    none: (keys) => !keys.some((key) => entries.has(key)),
    enter(keys) {
      for (const key of keys) {
        const entry = entries.get(key) ?? { running: 0, waiting: new Set() };
        entry.running += 1;
        entries.set(key, entry);
      }
      return (refused = false) => {
        for (const key of keys) leave(key, refused);
      };
    },
    ended(keys, milliseconds) {
      const entry = keys.map((key) => entries.get(key)).find((each) => each && each.waiting.size < WAITING);
      if (!entry || milliseconds <= 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (ended: boolean) => {
          clearTimeout(timer);
          entry.waiting.delete(wake);
          resolve(ended);
        };
        const wake = () => settle(true);
        const timer = setTimeout(settle, milliseconds, false);
        entry.waiting.add(wake);
      });
    },
  };
}
