import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** When whoever waited for the start has been served. */
const AFTER_MS = 5_000;
const LOOK_MS = 15_000;
/** Of one processor: a process that did more has been busy, and one that does less is idle. */
const BUSY = 0.2;
const IDLE = 0.02;

/**
 * Loading a program leaves as much behind as it needs to run, and so does an hour of work; V8 keeps those pages for a while that may never come on an
 * idle machine. One thorough collection gives them back, shortly after the start (some 45 MiB of the first process, 10 to 15 of each child) and
 * whenever the process has become idle after it was busy, for one pause of one to three tenths of a second in which nobody waits.
 */
export function giveBackMemory(): void {
  setTimeout(collect, AFTER_MS).unref();
  const isDue = afterWork();
  setInterval(() => {
    if (isDue(shareOfProcessor())) collect();
  }, LOOK_MS).unref();
}

/** @returns told the share of a processor that was used since the last look; says when it is time: once, at the first idle look after a busy one */
export function afterWork(): (share: number) => boolean {
  let wasBusy = false;
  return (share) => {
    if (share > BUSY) wasBusy = true;
    if (!wasBusy || share > IDLE) return false;
    wasBusy = false;
    return true;
  };
}

let looked = { at: performance.now(), used: process.cpuUsage() };

function shareOfProcessor(): number {
  const { at, used } = looked;
  const { user, system } = process.cpuUsage(used);
  looked = { at: performance.now(), used: process.cpuUsage() };
  return (user + system) / 1000 / (looked.at - at);
}

function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
