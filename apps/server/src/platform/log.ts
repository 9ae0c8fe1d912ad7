import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

/** One JSON object a line on standard output. What could be a secret is never written. */
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
  };
  return pino(options, output());
}

/** What is kept of lines that cannot be written, for when they can again. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Standard output. Where it is a file on a full disk, or a pipe that nobody reads any more, lines are lost and the server goes on. */
function output(): DestinationStream {
  const stream = pino.destination({ fd: 1, sync: true, maxLength: MAX_WAITING_BYTES });
  stream.on("error", () => {});
  return stream;
}

/** What went wrong without what it happened to: PostgreSQL's client hangs its whole connection on an error. */
function describeError(error: Error): object {
  const { client: _client, ...described } = pino.stdSerializers.err(error) as object & { client?: unknown };
  return described;
}
