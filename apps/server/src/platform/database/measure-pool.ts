import type pg from "pg";
import { keepSpan } from "../telemetry/tracing.ts";

type Call = (...args: unknown[]) => unknown;

/** Told what a pool does. Called for every statement: to be quick. */
export interface PoolObserver {
  /** Somebody has got a connection after so long, or none. */
  acquired(milliseconds: number, failed: boolean): void;
  /** A statement begins; what it returns is called when it has ended. */
  statement(text: string): (failed: boolean) => void;
}

/** Has a pool's waits and statements observed. To be called before the pool opens its first connection. */
export function measurePool(pool: pg.Pool, observer: PoolObserver): void {
  const patched = pool as unknown as { connect: Call };
  const connect = patched.connect.bind(pool);
  patched.connect = (...args) => {
    const began = performance.now();
    return watch(connect, args, (failed) => observer.acquired(performance.now() - began, failed));
  };
  pool.on("connect", (client) => {
    const connection = client as unknown as { query: Call };
    const query = connection.query.bind(client);
    connection.query = (...args) => watch(query, args, observer.statement(textOf(args[0])));
  });
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  return String((query as { text?: unknown } | null)?.text ?? "");
}

interface Emitter {
  once(event: string, listener: () => void): void;
}

/** Makes a call that answers by callback, by promise or (rows as they come) by events; says once how it ended. */
function watch(call: Call, args: unknown[], ended: (failed: boolean) => void): unknown {
  const last = args.at(-1);
  if (typeof last === "function") {
    const kept = keepSpan(last as Call);
    args[args.length - 1] = (error: unknown, ...rest: unknown[]) => {
      ended(Boolean(error));
      kept(error, ...rest);
    };
    return call(...args);
  }
  const result = call(...args);
  if (result instanceof Promise) {
    result.then(
      () => ended(false),
      () => ended(true),
    );
  } else if (typeof (result as Emitter | null)?.once === "function") {
    (result as Emitter).once("end", () => ended(false));
    (result as Emitter).once("error", () => ended(true));
  }
  return result;
}
