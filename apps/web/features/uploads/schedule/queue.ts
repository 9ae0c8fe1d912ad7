import { takeCompanions } from "./together";
import { smallFile, type Work } from "./work";

/** What waits to be sent: small files beside large ones, so that a few large ones do not hold up thousands. */
export class Queue<T extends Work> {
  private readonly small: T[] = [];
  private readonly large: T[] = [];

  put(item: T): void {
    this.of(item).push(item);
  }

  putFirst(item: T): void {
    this.of(item).unshift(item);
  }

  next({ large }: { large: boolean }): T | undefined {
    return (large ? take(this.large) : undefined) ?? take(this.small);
  }

  /** Takes what goes in one request with `first`, the one that was next. */
  companions(first: T, fits: (first: T, item: T) => boolean): T[] {
    return takeCompanions(this.small, first, fits);
  }

  private of(item: T): T[] {
    return item.size <= smallFile ? this.small : this.large;
  }
}

/** What was paused or given up meanwhile is passed over. */
function take<T extends Work>(items: T[]): T | undefined {
  while (items.length > 0) {
    const item = items.shift();
    if (item?.status === "waiting") return item;
  }
  return undefined;
}
