import type { LogFn, Logger } from "pino";

const WARN = 40;
const WINDOW_MS = 60_000;
/** Kinds that are counted at once; beyond it lines are written as they come. */
const MOST_KINDS = 500;

interface Kind {
  until: number;
  /** Lines that were not written since the last one. */
  held: number;
  write(times: number): void;
}

/**
 * Lets a warning or an error of one kind through once a minute; the ones between are counted, and told with the next line, or when the minute
 * is over. A kind is the level, the message and what was thrown; ids, addresses and times make no difference.
 * @returns pino's `logMethod` hook
 */
export function limitRepeats(
  now: () => number = Date.now,
): (this: Logger, args: unknown[], method: LogFn, level: number) => void {
  const kinds = new Map<string, Kind>();
  let timer: NodeJS.Timeout | null = null;

  function tellHeld(): void {
    timer = null;
    const at = now();
    for (const [key, kind] of kinds) {
      if (kind.until > at) continue;
      if (kind.held > 0) {
        kind.write(kind.held);
        kind.held = 0;
        kind.until = at + WINDOW_MS;
      } else kinds.delete(key);
    }
    if (kinds.size > 0) schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(tellHeld, WINDOW_MS / 4).unref();
  }

  return function (args, method, level) {
    const write = (line: unknown[]) => Reflect.apply(method, this, line);
    if (level < WARN) return write(args);
    const key = `${level} ${kindOf(args)}`;
    const at = now();
    const known = kinds.get(key);
    if (known && known.until > at) {
      known.held += 1;
      known.write = (times) => write(withCount(args, times));
      return;
    }
    if (!known && kinds.size >= MOST_KINDS) return write(args);
    kinds.delete(key);
    kinds.set(key, { until: at + WINDOW_MS, held: 0, write() {} });
    schedule();
    write(known && known.held > 0 ? withCount(args, known.held + 1) : args);
  };
}

/** The same line with how often it would have been written since the last one. */
function withCount(args: unknown[], times: number): unknown[] {
  const [first, ...rest] = args;
  if (first instanceof Error) return [{ err: first, times }, ...(rest.length > 0 ? rest : [first.message])];
  if (typeof first === "object" && first !== null) return [{ ...first, times }, ...rest];
  return [{ times }, ...args];
}

function kindOf(args: unknown[]): string {
  const [first, second] = args;
  const message = typeof first === "string" ? first : typeof second === "string" ? second : "";
  const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
  const {
    name = "",
    code = "",
    message: reason = "",
  } = (error ?? {}) as { name?: string; code?: unknown; message?: string };
  // Numbers and ids differ from one line of a kind to the next.
  return `${message}\n${name} ${String(code)} ${reason}`.replace(/[0-9a-f]{8,}(-[0-9a-f]+)*|\d+/gi, "#").slice(0, 400);
}
