import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge } from "@prometheus-io/client";
import type { Exposition } from "./exposition.ts";

/** How finely the event loop's lag is seen; a timer this often costs next to nothing. */
const RESOLUTION_MS = 20;

/**
 * What every process has: processor, memory, the event loop. Not the library's own list, whose names its own lint refuses.
 * @returns ends the watch
 */
export function observeProcess(exposition: Exposition): () => void {
  const registers = [exposition.registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const cpu = exposition.counter("process_cpu_seconds_total", "Processor time of the process.");
  const resident = gauge("process_resident_memory_bytes", "Memory of the process.");
  const heap = gauge("nodejs_heap_used_bytes", "Memory of JavaScript objects.");
  const external = gauge("nodejs_external_memory_bytes", "Memory of buffers.");
  gauge("process_start_time_seconds", "When the process began, in seconds since 1970.").set(
    Math.round(Date.now() / 1000 - process.uptime()),
  );
  const lag = {
    p50: gauge("holdfast_event_loop_lag_p50_seconds", "By how much timers were late since the last scrape: median."),
    p99: gauge("holdfast_event_loop_lag_p99_seconds", "By how much timers were late since the last scrape: p99."),
    max: gauge("holdfast_event_loop_lag_max_seconds", "By how much timers were late since the last scrape: the most."),
  };
  const utilization = gauge("holdfast_event_loop_utilization_ratio", "Share of time in which the event loop worked.");
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = performance.eventLoopUtilization();

  exposition.beforeCollect(() => {
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    external.set(memory.external);
    // What it records is the time between two ticks, of which one resolution is as it should be.
    const late = (nanoseconds: number) => Math.max(0, (nanoseconds || 0) / 1e9 - RESOLUTION_MS / 1000);
    lag.p50.set(late(delay.percentile(50)));
    lag.p99.set(late(delay.percentile(99)));
    lag.max.set(late(delay.max));
    delay.reset();
    const now = performance.eventLoopUtilization();
    utilization.set(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
  return () => delay.disable();
}
