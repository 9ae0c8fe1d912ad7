import { isAnswering } from "@/features/uploads/schedule/is-answering";
import { Scheduler } from "@/features/uploads/schedule/scheduler";
import type { Work } from "@/features/uploads/schedule/work";
import { Drawn } from "@/features/uploads/store/drawn";
import { isUnanswered } from "@/features/uploads/transfer/answers";
import { ApiError } from "@/lib/api";

const atOnce = 2;

/** What the sender says of themselves; both may be empty. */
export type SaidBySender = { senderName: string; senderMessage: string };

/** A file for a link, with what its sender said when it was chosen. Failed without `error`: the server was not reached. */
export type LinkUpload = Work & {
  readonly key: number;
  readonly file: File;
  readonly said: SaidBySender;
  sent: number;
};

export type SendToLink = (item: LinkUpload, onProgress: (sent: number) => void) => Promise<void>;

/**
 * What a page sends to a link: the store that it shows, over the scheduler of all uploads. Nothing is sent twice unasked, as a link gives
 * a name that is taken a number; and each file is refused for itself, as nobody here can make room.
 */
export class LinkUploads extends Drawn {
  readonly items: LinkUpload[] = [];
  private readonly scheduler: Scheduler<LinkUpload>;

  constructor(send: SendToLink, isOnline = () => navigator.onLine) {
    super();
    this.scheduler = new Scheduler<LinkUpload>({
      send: async (item) => {
        item.sent = 0;
        await send(item, (sent) => this.progress(item, sent));
        this.progress(item, item.size);
        this.setStatus(item, "done");
      },
      setStatus: (item, status) => this.setStatus(item, status),
      onRefused: (item, error) => {
        item.error = error instanceof ApiError && !isUnanswered(error) ? error.message : undefined;
        this.setStatus(item, "failed");
      },
      onChange: () => this.draw(),
      onTick: () => {},
      resends: false,
      pausesForAll: false,
      slots: () => atOnce,
      largeAtOnce: atOnce,
      isOnline,
      isAnswering,
    });
  }

  get done(): number {
    return this.items.filter(({ status }) => status === "done").length;
  }

  /** @param refuse why a file cannot be sent at all, in words */
  add(files: Iterable<File>, said: SaidBySender, refuse: (file: File) => string | null = () => null): void {
    for (const file of files) {
      const key = this.items.length;
      const item: LinkUpload = { key, file, said, size: file.size, status: "waiting", sent: 0, tries: 0 };
      const refused = refuse(file);
      this.items.push(item);
      if (refused === null) this.scheduler.put(item);
      else {
        item.error = refused;
        this.setStatus(item, "failed");
      }
    }
    this.scheduler.run();
  }

  retry(item: LinkUpload): void {
    this.scheduler.again(item);
    this.scheduler.run();
  }

  /** Continues what waits as soon as the network is back. @returns what ends that */
  followNetwork(): () => void {
    window.addEventListener("online", this.scheduler.cameOnline);
    return () => window.removeEventListener("online", this.scheduler.cameOnline);
  }

  private progress(item: LinkUpload, sent: number): void {
    this.scheduler.reach.heard();
    item.sent = sent;
    this.draw();
  }

  private setStatus(item: LinkUpload, status: LinkUpload["status"]): void {
    item.status = status;
    this.draw();
  }
}
