import { statfs } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type pg from "pg";

/** How often the event loop is asked whether it is late. */
const RESOLUTION_MS = 20;

/** What is measured of this process and its disk. @param folder where files lie, or null where they lie on no disk of this machine */
export function createSample(pool: pg.Pool, folder: string | null) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = { at: performance.now(), cpu: process.cpuUsage() };
  return async (gauge: (name: string, value: number) => void): Promise<void> => {
    const now = { at: performance.now(), cpu: process.cpuUsage(before.cpu) };
    // Nanoseconds from one look to the next, of which the resolution is no delay.
    gauge("loopDelay", Math.max(0, delay.max / 1e6 - RESOLUTION_MS));
    delay.reset();
    const microseconds = now.cpu.user + now.cpu.system;
    gauge("cpu", microseconds / 1000 / Math.max(1, now.at - before.at));
    before = { at: now.at, cpu: process.cpuUsage() };
    gauge("memory", process.memoryUsage.rss());
    gauge("poolWaiting", pool.waitingCount);
    if (folder === null) return;
    const { bavail, blocks, bsize } = await statfs(folder);
    gauge("diskFree", bavail * bsize);
    gauge("diskSize", blocks * bsize);
  };
}
