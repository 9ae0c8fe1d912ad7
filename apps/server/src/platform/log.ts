import { type Logger, pino } from "pino";

/** One JSON object a line on standard output. What could be a secret is never written. */
export function createLog(config: { readonly logLevel: string }, part: string): Logger {
  return pino({
    level: config.logLevel,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["password", "token", "authorization", "cookie", "*.password", "*.token", "*.authorization", "*.cookie"],
      censor: "[removed]",
    },
  });
}
