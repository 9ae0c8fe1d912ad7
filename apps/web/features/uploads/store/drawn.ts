const drawEvery = 250;

/** What a view follows: told of changes four times a second, however many there are. A snapshot is a number that changes with them. */
export class Drawn {
  private version = 0;
  private readonly listeners = new Set<() => void>();
  private drawTimer: ReturnType<typeof setTimeout> | undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getSnapshot = (): number => this.version;

  draw(): void {
    this.drawTimer ??= setTimeout(() => {
      this.drawTimer = undefined;
      this.version++;
      for (const listener of this.listeners) listener();
    }, drawEvery);
  }
}
