/** Nothing heard for so long while something is being sent: ask whether the server is there. */
const QUIET_MS = 1500;
const pauses = [1000, 2000, 3000];

/** Whether the server answers. Asked only while there is reason to doubt it; once it is away, asked until it is back. */
export class Reach {
  away = false;
  /** How long it was away, the last time. */
  outageMs = 0;
  private awaySince = 0;
  private lastHeard = 0;
  private asking: Promise<boolean> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watcher: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private closed = false;
  private readonly isAnswering: () => Promise<boolean>;
  private readonly onChange: (away: boolean) => void;

  constructor(isAnswering: () => Promise<boolean>, onChange: (away: boolean) => void) {
    this.isAnswering = isAnswering;
    this.onChange = onChange;
  }

  /** Something came from the server, or went to it. */
  heard(): void {
    this.lastHeard = performance.now();
    if (this.away) this.settle(true);
  }

  /** For as long as `busy`, asked every second, says so: a dead connection reports nothing by itself. */
  watch(busy: () => boolean): void {
    if (this.watcher !== undefined) return;
    this.lastHeard = performance.now();
    this.watcher = setInterval(() => {
      if (!busy()) this.stopWatching();
      else if (!this.away && performance.now() - this.lastHeard > QUIET_MS) void this.ask();
    }, 1000);
  }

  private stopWatching(): void {
    clearInterval(this.watcher);
    this.watcher = undefined;
  }

  /** Asks now. Whoever asks meanwhile shares the answer. */
  ask = (): Promise<boolean> => {
    this.asking ??= this.isAnswering()
      .then((answers) => {
        if (!this.closed) this.settle(answers);
        return answers;
      })
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  };

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopWatching();
  }

  private settle(answers: boolean): void {
    clearTimeout(this.timer);
    const now = performance.now();
    if (answers) {
      this.lastHeard = now;
      this.attempt = 0;
    } else this.timer = setTimeout(() => void this.ask(), pauses[Math.min(this.attempt++, pauses.length - 1)]);
    if (this.away === !answers) return;
    if (answers) this.outageMs = now - this.awaySince;
    else this.awaySince = now;
    this.away = !answers;
    this.onChange(this.away);
  }
}
