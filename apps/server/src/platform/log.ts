import { type Logger, pino } from "pino";
import { limitRepeats } from "./log-repeats.ts";

/** One JSON object a line on standard output. What could be a secret is never written, and what repeats itself once a minute. */
export function createLog(config: { readonly logLevel: string }, part: string): Logger {
  return pino({
    level: config.logLevel,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { logMethod: limitRepeats() },
    serializers: { err: describeError },
    redact: {
      paths: ["password", "token", "authorization", "cookie", "*.password", "*.token", "*.authorization", "*.cookie"],
      censor: "[removed]",
    },
  });
}

/** What went wrong without what it happened to: PostgreSQL's client hangs its whole connection on an error. */
function describeError(error: Error): object {
  const { client: _client, ...described } = pino.stdSerializers.err(error) as object & { client?: unknown };
  return described;
}
