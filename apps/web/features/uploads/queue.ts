import { smallFile, type UploadItem } from "./types";

/** What waits to be sent: small files beside large ones, so that a few large ones do not hold up thousands. */
export class Queue {
  private readonly small: UploadItem[] = [];
  private readonly large: UploadItem[] = [];

  put(item: UploadItem): void {
    this.of(item).push(item);
  }

  putFirst(item: UploadItem): void {
    this.of(item).unshift(item);
  }

  next({ large }: { large: boolean }): UploadItem | undefined {
    return (large ? take(this.large) : undefined) ?? take(this.small);
  }

  private of(item: UploadItem): UploadItem[] {
    return item.size <= smallFile ? this.small : this.large;
  }
}

/** What was paused or given up meanwhile is passed over. */
function take(items: UploadItem[]): UploadItem | undefined {
  while (items.length > 0) {
    const item = items.shift();
    if (item?.status === "waiting") return item;
  }
  return undefined;
}
