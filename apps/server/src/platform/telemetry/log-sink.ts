import { type AnyValue, type Logger, ROOT_CONTEXT, SeverityNumber, trace } from "@opentelemetry/api";
import { activeSpan } from "./tracing.ts";

/** Takes a line of the log, as it is written, and hands it on. */
export type LogSink = (line: string) => void;

const severities: Record<string, SeverityNumber> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/** Lines become records with the trace that they were written in. What could be a secret was cut out of them before. */
export function createLogSink(logger: Logger): LogSink {
  return (line) => {
    const parsed = parse(line);
    if (parsed === null) return;
    const { level, time, msg, ...attributes } = parsed;
    const span = activeSpan();
    const spanContext = span && { traceId: span.traceId, spanId: span.spanId, traceFlags: 1 };
    logger.emit({
      timestamp: new Date(String(time)),
      severityText: String(level),
      severityNumber: severities[String(level)] ?? SeverityNumber.UNSPECIFIED,
      body: String(msg),
      attributes: attributes as Record<string, AnyValue>,
      context: spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT,
    });
  };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
