import { setTimeout as sleep } from "node:timers/promises";

/** Shorter steps are no bulk. */
const SHORT_MS = 20;
/** As long as it took, so many times. */
const RESTS = 3;
const RESTS_AT_MOST_MS = 500;

let last: Promise<unknown> = Promise.resolve();

/**
 * One step of what changes many rows in the background, a few hundred at a time: steps of this process take turns, and after each the next rests
 * three times as long as it took. Who saves something waits until the disk has all that was written before, so a long step is felt by everybody.
 */
export function inBulkTurn<Result>(step: () => Promise<Result>): Promise<Result> {
  const result = last.then(async () => {
    const began = performance.now();
    const value = await step();
    return { value, tookMs: performance.now() - began };
  });
  last = result.then(
    ({ tookMs }) => (tookMs < SHORT_MS ? undefined : sleep(Math.min(RESTS * tookMs, RESTS_AT_MOST_MS))),
    () => {},
  );
  return result.then(({ value }) => value);
}
