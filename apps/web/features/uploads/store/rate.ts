const windowMs = 6000;
const silenceMs = 5000;

/** How fast a growing number grows, over the last seconds. */
export class Rate {
  private samples: { at: number; value: number }[] = [];

  add(value: number, at = performance.now()): void {
    const last = this.samples.at(-1);
    if (last && at - last.at < 100) last.value = value;
    else this.samples.push({ at, value });
    while (this.samples.length > 2 && at - (this.samples[1]?.at ?? at) > windowMs) this.samples.shift();
  }

  /** Nothing new for a while is slower, and in the end nothing. */
  perSecond(now = performance.now()): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.at - first.at < 200 || now - last.at > silenceMs) return 0;
    const until = now - last.at > 1000 ? now : last.at;
    return Math.max(0, ((last.value - first.value) * 1000) / (until - first.at));
  }

  reset(): void {
    this.samples = [];
  }
}
