import { setTimeout as sleep } from "node:timers/promises";

/** Shorter steps are no bulk. */
const SHORT_MS = 20;
const RESTS_AT_MOST_MS = 250;

let last: Promise<unknown> = Promise.resolve();

/**
 * One step of what changes many rows in the background, a few hundred at a time: steps of this process take turns, and after each the next rests for
 * as long as it took. Whoever saves something waits until the disk has all that was written before, so a long step is felt by everybody.
 */
export function inBulkTurn<Result>(step: () => Promise<Result>): Promise<Result> {
  const result = last.then(async () => {
    const began = performance.now();
    const value = await step();
    return { value, tookMs: performance.now() - began };
  });
  last = result.then(
    ({ tookMs }) => (tookMs < SHORT_MS ? undefined : sleep(Math.min(tookMs, RESTS_AT_MOST_MS))),
    () => {},
  );
  return result.then(({ value }) => value);
}
