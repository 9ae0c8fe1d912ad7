import type { Logger } from "pino";
import type { z } from "zod";
import type { Database, Tx } from "../database/database.ts";
import type { Listener } from "../database/listen.ts";
import * as queries from "./live-setting.queries.ts";

/** NOTIFY on it carries the key of a setting that has changed. */
const channel = "holdfast_settings";
const AGAIN_MS = 1_000;

/** A setting in the database that every process knows at any time, and learns of within a moment. */
export interface LiveSetting<Value> {
  /** Null: nothing is set. */
  current(): Value | null;
  /** In the transaction: every process, this one too, has it shortly after the commit. */
  save(tx: Tx, value: Value | null): Promise<void>;
  /** Called after each change. @returns a function that ends it */
  onChange(listener: (value: Value | null) => void): () => void;
  /** Reads it now, where somebody cannot wait for the notice of a change of their own. */
  refresh(): Promise<void>;
  close(): void;
}

export interface LiveSettingDeps {
  readonly db: Database;
  readonly listener: Listener;
  readonly log: Logger;
}

/** For what must not outlive something else, in its transaction: every process learns that nothing is set. */
export async function forgetSetting(tx: Tx, key: string): Promise<void> {
  await queries.deleteValue.count(tx, key);
  await queries.notify.all(tx, channel, key);
}

/** What does not fit the schema counts as not set. */
export async function liveSetting<Schema extends z.ZodType>(
  { db, listener, log }: LiveSettingDeps,
  key: string,
  schema: Schema,
): Promise<LiveSetting<z.output<Schema>>> {
  type Value = z.output<Schema>;
  const listeners = new Set<(value: Value | null) => void>();
  let text = "null";
  let value: Value | null = null;
  let again: NodeJS.Timeout | null = null;
  let closed = false;

  async function read(): Promise<void> {
    const row = await queries.findValue.first(db, key);
    const now = JSON.stringify(row?.value ?? null);
    if (now === text || closed) return;
    text = now;
    const parsed = schema.safeParse(row?.value);
    value = parsed.success ? parsed.data : null;
    for (const tell of listeners) tell(value);
  }

  function readSoon(): void {
    read().catch((err: unknown) => {
      if (closed) return;
      log.warn({ err, setting: key }, "a setting could not be read; trying again");
      again ??= setTimeout(() => {
        again = null;
        readSoon();
      }, AGAIN_MS).unref();
    });
  }

  const leave = await listener.subscribe(
    channel,
    (changed) => {
      if (changed === key) readSoon();
    },
    readSoon,
  );
  await read();
  return {
    current: () => value,
    async save(tx, next) {
      if (next === null) return forgetSetting(tx, key);
      await queries.saveValue.count(tx, key, JSON.stringify(next));
      await queries.notify.all(tx, channel, key);
    },
    onChange(tell) {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    refresh: read,
    close() {
      closed = true;
      leave();
      if (again) clearTimeout(again);
      listeners.clear();
    },
  };
}
