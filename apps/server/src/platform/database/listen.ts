import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface Listener {
  /**
   * Calls `onMessage` with the payload of every NOTIFY on the channel, and `onGap` whenever the connection was renewed, because
   * messages may have been missed meanwhile. Resolves once the database listens (or, while it is away, at once).
   * @returns a function that ends it
   */
  subscribe(channel: string, onMessage: (payload: string) => void, onGap?: () => void): Promise<() => void>;
  close(): Promise<void>;
}

interface Subscriber {
  readonly onMessage: (payload: string) => void;
  readonly onGap: (() => void) | undefined;
}

const HEARTBEAT_MS = 20_000;
const MAX_PAUSE_MS = 5_000;

/** One connection for all channels of a process, renewed for as long as the listener is open. */
export async function createListener(url: string, onError: (error: Error) => void): Promise<Listener> {
  const channels = new Map<string, Set<Subscriber>>();
  let client: pg.Client | null = null;
  let closed = false;

  async function open(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: "holdfast listen", keepAlive: true });
    next.on("error", () => {});
    await next.connect();
    next.on("notification", ({ channel, payload = "" }) => {
      for (const subscriber of channels.get(channel) ?? []) subscriber.onMessage(payload);
    });
    for (const channel of channels.keys()) await next.query(`listen ${next.escapeIdentifier(channel)}`);
    const beat = setInterval(() => {
      // A connection that was cut without a word is only found by using it.
      const late = setTimeout(() => destroy(next), HEARTBEAT_MS / 2);
      next.query("select 1").then(
        () => clearTimeout(late),
        () => clearTimeout(late),
      );
    }, HEARTBEAT_MS);
    beat.unref();
    next.once("end", () => {
      clearInterval(beat);
      if (client === next) client = null;
      if (!closed) void reopen();
    });
    client = next;
    if (closed) await next.end();
  }

  async function reopen(): Promise<void> {
    for (let pause = 50; !closed; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      await sleep(pause, undefined, { ref: false });
      if (closed) return;
      try {
        await open();
        for (const subscribers of channels.values()) for (const { onGap } of subscribers) onGap?.();
        return;
      } catch (error) {
        onError(error as Error);
      }
    }
  }

  await open();
  return {
    async subscribe(channel, onMessage, onGap) {
      const subscriber = { onMessage, onGap };
      const known = channels.get(channel);
      if (known) known.add(subscriber);
      else {
        channels.set(channel, new Set([subscriber]));
        await client?.query(`listen ${client.escapeIdentifier(channel)}`).catch(onError);
      }
      return () => channels.get(channel)?.delete(subscriber);
    },
    async close() {
      closed = true;
      await client?.end();
    },
  };
}

function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
