import type { Tracer as OtelTracer } from "@opentelemetry/api";
import { type Context, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { createLogSink, type LogSink } from "./log-sink.ts";
import type { RunningSpan, SpanFacts, Tracer } from "./tracing.ts";

export interface OtlpOptions {
  readonly serviceName: string;
  readonly version: string;
  readonly process: string;
  /** Share of the traces that are sent. */
  readonly share: number;
}

export interface Otlp {
  readonly tracer: Tracer;
  readonly logs: LogSink;
  /** Sends what waits. */
  close(): Promise<void>;
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/**
 * Sends traces and logs by OTLP over HTTP (JSON). Where to, and with which headers, the library reads from the standard variables itself. This module, and
 * with it the library, is loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set.
 */
export function startOtlp({ serviceName, version, process, share }: OtlpOptions): Otlp {
  const resource = resourceFromAttributes({
    "service.name": serviceName,
    "service.version": version,
    "service.namespace": "holdfast",
    "holdfast.process": process,
  });
  const spans = new TracerProvider({
    resource,
    // Of a trace that a client began, too: whether it is sent is not the client's to say.
    sampler: new TraceIdRatioBasedSampler(share),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 2_000 })],
  });
  const records = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(), scheduledDelayMillis: 2_000 })],
  });
  return {
    tracer: createTracer(spans.getTracer("holdfast")),
    logs: createLogSink(records.getLogger("holdfast")),
    async close() {
      await Promise.allSettled([spans.shutdown(), records.shutdown()]);
    },
  };
}

function createTracer(tracer: OtelTracer): Tracer {
  const contexts = new WeakMap<RunningSpan, Context>();
  return {
    start(kind, name, parent, attributes = {}) {
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: { ...attributes } }, contextOf(parent));
      const { traceId, spanId } = span.spanContext();
      const running: RunningSpan = {
        ...{ traceId, spanId },
        end(failed: boolean, facts: SpanFacts = {}) {
          span.setAttributes({ ...facts });
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
      contexts.set(running, trace.setSpan(ROOT_CONTEXT, span));
      return running;
    },
  };

  function contextOf(parent: RunningSpan | string | null): Context {
    if (parent === null) return ROOT_CONTEXT;
    if (typeof parent !== "string") return contexts.get(parent) ?? ROOT_CONTEXT;
    const found = readTraceparent(parent);
    return found === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, found);
  }
}

/** W3C Trace Context, version 00 and what later ones keep of it. */
export function readTraceparent(header: string): SpanContext | null {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(header) ?? [];
  if (version === undefined || version === "ff" || traceId === undefined || spanId === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags as string, 16) & 1, isRemote: true };
}
