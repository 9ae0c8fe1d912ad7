import type { ServerEvent } from "@holdfast/contract";

/** What happened, for the open pages of one person, on all nodes. */
export interface Events {
  /**
   * Tells a person's open pages. Coalesced: equal events within 200 ms go out once, on a connection of their own, so that writers never
   * queue behind NOTIFY's lock. Call it after the transaction has committed. Never throws: an event is a hint, not a record.
   */
  publish(userId: string, event: ServerEvent): void;
  /** Calls `listener` for every event of that person, until the returned function is called. */
  subscribe(userId: string, listener: (event: ServerEvent) => void): () => void;
  close(): Promise<void>;
}
