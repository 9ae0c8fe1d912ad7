import { join } from "node:path";
import type { Logger } from "pino";
import { openLogFiles } from "./log-files.ts";
import type { LogOutput, LogSink } from "./log-output.ts";

const outputs = new WeakMap<Logger, LogOutput>();

export function rememberOutput(log: Logger, output: LogOutput): Logger {
  outputs.set(log, output);
  return log;
}

/** Of a log that was made by `createLog`; another one (of a test) is left as it is. @returns what takes it away */
export function addSink(log: Logger, sink: LogSink): () => void {
  return outputs.get(log)?.add(sink) ?? (() => {});
}

/** The log of a process tree of role `all` also lies in the data folder, which must be there. A folder that cannot be made stops no start. */
export function keepLogFiles(
  log: Logger,
  config: { dataDir: string; logs: { files: number | null } },
  name: string,
): void {
  const { files } = config.logs;
  if (files === null) return;
  try {
    // API and worker write files of their own.
    addSink(log, openLogFiles({ folder: join(config.dataDir, "logs"), name, maxBytes: files / 2 }));
  } catch (err) {
    log.warn({ err }, "the log is not kept in files: the folder logs cannot be written");
  }
}
