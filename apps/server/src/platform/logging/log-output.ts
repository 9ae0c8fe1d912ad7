import type { DestinationStream } from "pino";

/** Takes lines that have been written to standard output, with the number of their level. Must neither throw nor log. */
export interface LogSink {
  write(line: string, level: number): void;
}

/** By this pino knows that a stream wants to be told of each line's level. */
const needsMetadata = Symbol.for("pino.metadata");
const INFO = 30;

/** Standard output, and whatever else takes the lines of this process. */
export class LogOutput implements DestinationStream {
  readonly [needsMetadata] = true;
  /** Set by pino before each line. */
  lastLevel = INFO;
  readonly #first: DestinationStream;
  readonly #sinks = new Set<LogSink>();

  constructor(first: DestinationStream) {
    this.#first = first;
  }

  /** @returns what takes it away */
  add(sink: LogSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  write(line: string): void {
    this.#first.write(line);
    for (const sink of this.#sinks) sink.write(line, this.lastLevel);
  }
}
