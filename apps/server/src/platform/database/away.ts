/**
 * What it looks like when the database is away: stopped, starting, out of reach, out of connections, or gone in the middle of a statement.
 * The one list of it; everything that asks "is this worth another attempt?" asks here.
 */

/** PostgreSQL's class 08 (connection), 57P0x (shutting down, crashed, starting), 53x00 (no memory, no connection left). */
const states = /^(08\w{3}|57P0[1-5]|53(000|200|300|400))$/;

/** Of a socket that fails, or that cannot be opened. */
const systemErrors = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ENOTCONN"],
  ...["ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN"],
  ...["ENOTFOUND", "EAI_AGAIN", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"],
]);

/** What the client says without a code. */
const sayings = [
  "Connection terminated",
  "Client has encountered a connection error",
  "Client was closed",
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Cannot use a pool after calling end",
  "driver has already been destroyed",
];

/** Whether an error of the database's client means that the database is away. For errors that are known to come from it. */
export function meansAway(error: unknown): boolean {
  const { code, syscall, message } = (error ?? {}) as { code?: unknown; syscall?: unknown; message?: unknown };
  if (typeof code === "string") {
    if (states.test(code) || systemErrors.has(code)) return true;
    // Its socket is a file that is there only while it runs.
    if ((code === "ENOENT" || code === "EACCES") && syscall === "connect") return true;
  }
  return typeof message === "string" && sayings.some((beginning) => message.startsWith(beginning));
}

export interface Outage {
  /**
   * `not_done`: no statement was under way, or only ones of a transaction that was not committed. `unknown`: the connection broke after a
   * commit was sent, or a statement that commits by itself.
   */
  readonly outcome: "not_done" | "unknown";
}

const outages = new WeakMap<object, Outage>();

/** Remembers what an error of the client meant; the first verdict on an error stays, whoever hands it on. */
export function noteOutage(error: unknown, outcome: Outage["outcome"]): void {
  if (typeof error === "object" && error !== null && !outages.has(error)) outages.set(error, { outcome });
}

/** What an error, or what it was caused by, says about the database; null where it is about something else. */
export function outageOf(error: unknown): Outage | null {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 5; depth++) {
    const noted = outages.get(at);
    if (noted) return noted;
    // PostgreSQL's own words reach us by other ways than the pool as well; a bare system error might be about any socket.
    const { severity, cause } = at as { severity?: unknown; cause?: unknown };
    if (typeof severity === "string" && meansAway(at)) return { outcome: "unknown" };
    at = cause;
  }
  return null;
}
