import type pg from "pg";
import { meansAway, noteOutage, type Outage } from "./away.ts";

type Call = (...args: unknown[]) => unknown;

/**
 * Notes of every error that comes out of the pool or one of its connections whether it means that the database is away, and if so whether
 * what was asked may have been done all the same (`away.ts`). The errors themselves stay as they are.
 */
export function watchOutages(pool: pg.Pool): void {
  const patched = pool as unknown as { connect: Call; query: Call };
  const connect = patched.connect.bind(pool);
  patched.connect = (...args) => tap(connect, args, (error) => note(error, "not_done"));
  const query = patched.query.bind(pool);
  // What has no transaction around it commits by itself. A failed connect has been noted by the line above.
  patched.query = (...args) =>
    tap(query, args, (error) => note(error, maySave(textOf(args[0])) ? "unknown" : "not_done"));
  pool.on("connect", watchConnection);
}

function watchConnection(client: pg.PoolClient): void {
  const patched = client as unknown as { query: Call; getTransactionStatus(): string | null };
  const query = patched.query.bind(client);
  let doubtful = false;
  patched.query = (...args) => {
    const inTransaction = patched.getTransactionStatus() === "T";
    const text = textOf(args[0]);
    return tap(query, args, (error) => {
      if (!meansAway(error)) return;
      const commits = inTransaction ? /^\s*(commit|end)\b/i.test(text) : maySave(text);
      // What fails after a commit in doubt (the roll-back, usually) is thrown in its place.
      if (commits && !neverSent(error)) doubtful = true;
      noteOutage(error, doubtful ? "unknown" : "not_done");
    });
  };
}

function note(error: unknown, outcome: Outage["outcome"]): void {
  if (meansAway(error)) noteOutage(error, outcome);
}

/** The client had noticed before that its connection is gone. */
function neverSent(error: unknown): boolean {
  return (error as Error).message.endsWith("is not queryable");
}

/** Any function of ours but those that only look. */
const changingFunction =
  /\b(holdfast|pgboss)\.(?!(access_to|ancestors|depth_of|file_path|fold|is_live|is_live_inside|last_word|path_seen|search_keys?|spaces_seen|standing|used_(bytes|entries|folders)|words_above(_seen)?)\b)\w+\s*\(/i;

/** Whether a statement outside of a transaction may leave something behind. */
function maySave(text: string): boolean {
  if (/^\s*(begin|start|rollback|set|show|listen|unlisten)\b/i.test(text)) return false;
  // A `with` may have any statement in it, and so may a function.
  return !/^\s*select\b/i.test(text) || changingFunction.test(text);
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  return String((query as { text?: unknown } | null)?.text ?? "");
}

/** Makes a call that answers by promise or by callback; `onError` sees a failure before the caller does. */
function tap(call: Call, args: unknown[], onError: (error: unknown) => void): unknown {
  const last = args.at(-1);
  if (typeof last === "function") {
    args[args.length - 1] = (error: unknown, ...rest: unknown[]) => {
      if (error) onError(error);
      (last as Call)(error, ...rest);
    };
    return call(...args);
  }
  const result = call(...args);
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    onError(error);
    throw error;
  });
}
