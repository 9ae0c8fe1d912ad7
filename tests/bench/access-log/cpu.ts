import { readFileSync } from "node:fs";

/** Processor time that these processes have used so far. */
export function cpuSeconds(pids: readonly number[]): number {
  let seconds = 0;
  for (const pid of pids) {
    try {
      seconds += Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[0]) / 1e9;
    } catch {
      // It has just ended.
    }
  }
  return seconds;
}
