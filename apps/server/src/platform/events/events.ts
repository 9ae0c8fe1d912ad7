import { eventSchema, type ServerEvent } from "@holdfast/contract";
import type { Logger } from "pino";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Listener } from "../database/listen.ts";

/** What happened, for the open pages of one person, on all nodes. */
export interface Events {
  /**
   * Tells a person's open pages. Coalesced: equal events within 200 ms go out once, on a connection of their own, so that writers never
   * queue behind NOTIFY's lock. Call it after the transaction has committed. Never throws: an event is a hint, not a record.
   */
  publish(userId: string, event: ServerEvent): void;
  /** Tells every open page that is connected to this process, at once: for what each process learns by itself. */
  tellHere(event: ServerEvent): void;
  /** Calls `listener` for every event of that person, until the returned function is called. */
  subscribe(userId: string, listener: (event: ServerEvent) => void): () => void;
  close(): Promise<void>;
}

export interface EventsDeps {
  readonly db: Database;
  readonly listener: Listener;
  readonly log: Logger;
}

/** NOTIFY on it carries one event: `{ userId, event }` as JSON. */
const channel = "holdfast_events";
const COALESCE_MS = 200;
/** PostgreSQL takes payloads below 8000 bytes. */
const PAYLOAD_LIMIT = 7999;

const messageSchema = z.object({ userId: z.string(), event: eventSchema });

/** After a gap in what PostgreSQL told us, pages ask again for whatever they show. */
const afterGap: readonly ServerEvent[] = [
  { type: "maintenance.changed" },
  { type: "files.changed" },
  { type: "copies.changed" },
  { type: "shares.changed" },
  { type: "grants.changed" },
  { type: "backups.changed" },
  { type: "alerts.changed" },
  { type: "notifications.changed" },
  { type: "comments.changed" },
  { type: "user.changed" },
];

export async function createEvents({ db, listener, log }: EventsDeps): Promise<Events> {
  const subscribers = new Map<string, Set<(event: ServerEvent) => void>>();
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<unknown> = Promise.resolve();

  const tellHere = (event: ServerEvent) => {
    for (const listeners of subscribers.values()) for (const tell of listeners) tell(event);
  };
  const leave = await listener.subscribe(channel, receive, () => {
    for (const event of afterGap) tellHere(event);
  });

  function receive(payload: string): void {
    try {
      const { userId, event } = messageSchema.parse(JSON.parse(payload));
      for (const tell of subscribers.get(userId) ?? []) tell(event);
    } catch (error) {
      log.warn({ err: error }, "events: a message was not understood");
    }
  }

  function flush(): void {
    timer = null;
    const payloads = [...pending];
    pending.clear();
    sending = db
      .query("select pg_notify($1, payload) from unnest($2::text[]) payload", [channel, payloads])
      .catch((error) => log.debug({ err: error }, "events: open pages were not told"));
  }

  return {
    publish(userId, event) {
      pending.add(encode(userId, event));
      timer ??= setTimeout(flush, COALESCE_MS).unref();
    },
    tellHere,
    subscribe(userId, tell) {
      const listeners = subscribers.get(userId) ?? new Set();
      subscribers.set(userId, listeners.add(tell));
      return () => {
        listeners.delete(tell);
        if (listeners.size === 0 && subscribers.get(userId) === listeners) subscribers.delete(userId);
      };
    },
    async close() {
      leave();
      subscribers.clear();
      if (timer) {
        clearTimeout(timer);
        flush();
      }
      await sending;
    },
  };
}

/** What does not fit loses its data: the page then asks for it. */
function encode(userId: string, event: ServerEvent): string {
  const whole = JSON.stringify({ userId, event });
  if (Buffer.byteLength(whole) <= PAYLOAD_LIMIT) return whole;
  return JSON.stringify({ userId, event: { type: event.type, id: event.id } });
}
