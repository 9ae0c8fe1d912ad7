import { readdirSync, readFileSync } from "node:fs";

/** The first child of `pid` whose command line contains `word` (Linux). */
export function childOf(pid: number, word: string): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((child) => {
      try {
        const parent = readFileSync(`/proc/${child}/stat`, "utf8")
          .replace(/^.*\) \S /s, "")
          .split(" ")[0];
        return Number(parent) === pid && readFileSync(`/proc/${child}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}

/** Whether the process still does anything: one that only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
