/** How often something happened, and how long it took altogether. */
export interface Tally {
  count: number;
  failures: number;
  seconds: number;
}

/** What is beyond the bound is counted together under this name. */
export const otherName = "other";

/**
 * Tallies by name, of so many names at most. What happens thousands of times a second is added up here in plain numbers, and becomes series only
 * when somebody asks for them.
 */
export class Tallies {
  readonly #most: number;
  readonly #byName = new Map<string, Tally>();

  constructor(most: number) {
    this.#most = most;
  }

  of(name: string): Tally {
    return this.#byName.get(name) ?? this.#add(name);
  }

  entries(): Iterable<[string, Tally]> {
    return this.#byName;
  }

  #add(name: string): Tally {
    if (this.#byName.size >= this.#most && name !== otherName) return this.of(otherName);
    const tally = { count: 0, failures: 0, seconds: 0 };
    this.#byName.set(name, tally);
    return tally;
  }
}
