/** Work of which so many parts are under way at once. */
export class AtMost {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins with `work` as soon as there is a place. @throws what a part before it threw */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    this.#check();
    const running: Promise<void> = work()
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits for all of it. Never throws. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** @throws what the first part threw that failed */
  async end(): Promise<void> {
    await this.settle();
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
