const drawEvery = 250;

/** What a view follows: told of changes four times a second, however many there are. */
export class Drawn {
  version = 0;
  private readonly listeners = new Set<() => void>();
  private drawTimer: ReturnType<typeof setTimeout> | undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getVersion = (): number => this.version;

  draw(): void {
    this.drawTimer ??= setTimeout(() => {
      this.drawTimer = undefined;
      this.version++;
      for (const listener of this.listeners) listener();
    }, drawEvery);
  }
}
