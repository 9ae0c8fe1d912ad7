import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { describeError } from "./log-error.ts";
import { limitRepeats } from "./log-repeats.ts";
import { withoutSecrets } from "./log-secrets.ts";
import { rememberOutput } from "./logging/attach.ts";
import { LogOutput } from "./logging/log-output.ts";

/**
 * One JSON object a line on standard output, and in what is added to it (`logging/attach.ts`). What could be a secret is never written, and what
 * repeats itself once a minute.
 */
export function createLog(config: { readonly logLevel: string }, part: string): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
    redact: {
      paths: ["password", "token", "authorization", "cookie", "*.password", "*.token", "*.authorization", "*.cookie"],
      censor: "[removed]",
    },
    // Nobody is meant to log a secret. Should it happen all the same, or a program of others do it, it is cut out here.
    hooks: { logMethod: limitRepeats(), streamWrite: withoutSecrets },
  };
  const all = new LogOutput(output());
  return rememberOutput(pino(options, all), all);
}

/** What is kept of lines that cannot be written, for when they can again. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Standard output. Where it is a file on a full disk, or a pipe that nobody reads any more, lines are lost and the server goes on. */
function output(): DestinationStream {
  const stream = pino.destination({ fd: 1, sync: true, maxLength: MAX_WAITING_BYTES });
  stream.on("error", () => {});
  return stream;
}
