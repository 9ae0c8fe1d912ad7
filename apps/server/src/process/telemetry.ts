import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { addSink } from "../platform/logging/attach.ts";
import { traceWith } from "../platform/telemetry/tracing.ts";
import { version } from "../version.ts";

/**
 * Traces and logs by OTLP, where the settings name a collector. Without one nothing of it is loaded.
 * @returns sends what waits, and ends it
 */
export async function startTelemetry(
  config: Config,
  log: Logger,
  process: "api" | "worker",
): Promise<() => Promise<void>> {
  if (config.otlp === null) return async () => {};
  const { startOtlp } = await import("../platform/telemetry/otlp.ts");
  const { serviceName, share } = config.otlp;
  const otlp = startOtlp({ serviceName, share, process, version: version() });
  traceWith(otlp.tracer);
  const withoutLogs = addSink(log, { write: otlp.logs });
  return async () => {
    traceWith(null);
    withoutLogs();
    await otlp.close();
  };
}
