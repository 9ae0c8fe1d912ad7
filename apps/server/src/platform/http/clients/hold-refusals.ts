import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

const HOLD_MS = 250;
/** Refusals that are held at once; the rest are answered at once, so that holding them costs no memory either. */
const HELD_AT_MOST = 500;

/**
 * Answers refusals a quarter of a second late: who was told to wait, or whose token is not valid. So a program that repeats itself without heeding
 * the answer comes four times a second, and not as often as the server can refuse. A browser that is not signed in is answered at once.
 */
export function holdRefusals(app: FastifyInstance): void {
  let held = 0;
  app.addHook("onSend", async (request, reply) => {
    const { statusCode } = reply;
    const isRefusal = statusCode === 429 || (statusCode === 401 && request.headers.authorization !== undefined);
    if (!isRefusal || held >= HELD_AT_MOST) return;
    held += 1;
    await sleep(HOLD_MS);
    held -= 1;
  });
}
