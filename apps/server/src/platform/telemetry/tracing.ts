import { AsyncLocalStorage } from "node:async_hooks";

/** What a span says besides its name: words of the code and numbers, never what somebody chose, asked or sent. */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** Something under way that is told to a collector when it ends. */
export interface RunningSpan {
  readonly traceId: string;
  readonly spanId: string;
  end(failed: boolean, facts?: SpanFacts): void;
}

/** Where spans go. Absent unless OTEL_EXPORTER_OTLP_ENDPOINT is set. */
export interface Tracer {
  /** @param parent a span of this process, `traceparent` of a client, or null: a trace begins */
  start(
    kind: "server" | "client" | "internal",
    name: string,
    parent: RunningSpan | string | null,
    facts?: SpanFacts,
  ): RunningSpan;
}

let tracer: Tracer | null = null;
const active = new AsyncLocalStorage<RunningSpan>();

/** Once, at the start of the process. */
export function traceWith(given: Tracer | null): void {
  tracer = given;
}

export const isTracing = (): boolean => tracer !== null;

export const activeSpan = (): RunningSpan | null => (tracer === null ? null : (active.getStore() ?? null));

/** A trace, or a part of one that a client has begun. Null while nothing is traced. */
export function startTrace(
  kind: "server" | "internal",
  name: string,
  parent: string | null,
  facts?: SpanFacts,
): RunningSpan | null {
  return tracer?.start(kind, name, parent, facts) ?? null;
}

/** What is asked of another program within something that is traced; null otherwise. */
export function startSpan(name: () => string, facts: SpanFacts): RunningSpan | null {
  const parent = activeSpan();
  return parent === null ? null : (tracer as Tracer).start("client", name(), parent, facts);
}

/** Runs `work`, and all that follows from it, within a span. */
export function within<T>(span: RunningSpan | null, work: () => T): T {
  return span === null ? work() : active.run(span, work);
}

/** Keeps a callback in the span it was made in: who hands out what others give back calls it from theirs. */
export function keepSpan<Args extends unknown[], T>(callback: (...args: Args) => T): (...args: Args) => T {
  return tracer === null ? callback : AsyncLocalStorage.bind(callback);
}
