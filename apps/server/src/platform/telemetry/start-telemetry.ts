import type { Config } from "../../config.ts";
import { sendLogTo } from "../log.ts";
import { traceWith } from "./tracing.ts";

/**
 * Traces and logs by OTLP, where the settings name a collector. Without one nothing of it is loaded.
 * @returns sends what waits, and ends it
 */
export async function startTelemetry(
  { otlp: options }: Pick<Config, "otlp">,
  process: "api" | "worker",
  version: string,
): Promise<() => Promise<void>> {
  if (options === null) return async () => {};
  const { startOtlp } = await import("./otlp.ts");
  const otlp = startOtlp({ ...options, process, version });
  traceWith(otlp.tracer);
  sendLogTo(otlp.logs);
  return async () => {
    traceWith(null);
    sendLogTo(null);
    await otlp.close();
  };
}
