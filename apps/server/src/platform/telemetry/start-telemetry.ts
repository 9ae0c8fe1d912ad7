import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import { addSink } from "../logging/attach.ts";
import { traceWith } from "./tracing.ts";

/**
 * Traces and logs by OTLP, where the settings name a collector. Without one nothing of it is loaded.
 * @returns sends what waits, and ends it
 */
export async function startTelemetry(
  { otlp: options }: Pick<Config, "otlp">,
  log: Logger,
  process: "api" | "worker",
  version: string,
): Promise<() => Promise<void>> {
  if (options === null) return async () => {};
  const { startOtlp } = await import("./otlp.ts");
  const otlp = startOtlp({ ...options, process, version });
  traceWith(otlp.tracer);
  const withoutLogs = addSink(log, { write: otlp.logs });
  return async () => {
    traceWith(null);
    withoutLogs();
    await otlp.close();
  };
}
