/** Waits for any number of promises without holding on to those that are done. */
export class Gathering {
  #open = 0;
  #failure: { error: unknown } | null = null;
  #wake: (() => void) | null = null;

  add(promise: Promise<unknown>): void {
    this.#open++;
    promise
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#open--;
        this.#wake?.();
      });
  }

  /** Rejects with the first failure. */
  async done(): Promise<void> {
    while (this.#open > 0 && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure.error;
  }
}
