import { type Logger, pino } from "pino";
import { describeError } from "./log-error.ts";
import { withoutSecrets } from "./log-secrets.ts";

/** One JSON object a line on standard output. What could be a secret is never written. */
export function createLog(config: { readonly logLevel: string }, part: string): Logger {
  return pino({
    level: config.logLevel,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: {
      paths: ["password", "token", "authorization", "cookie", "*.password", "*.token", "*.authorization", "*.cookie"],
      censor: "[removed]",
    },
    // Nobody is meant to log one. Should it happen all the same, or a program of others do it, it is cut out here.
    hooks: { streamWrite: withoutSecrets },
  });
}
