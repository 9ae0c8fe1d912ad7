import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** When whoever waited for the start has been served. */
const AFTER_MS = 5_000;

/**
 * Loading a program leaves as much behind as it needs to run, and V8 keeps those pages for a while that may never come on an
 * idle machine. One thorough collection shortly after the start gives them back: some 45 MiB of the first process, 10 to 15 of
 * each child, for one pause of one to three tenths of a second.
 */
export function giveBackMemory(): void {
  const timer = setTimeout(() => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options: object) => void;
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
  }, AFTER_MS);
  timer.unref();
}
