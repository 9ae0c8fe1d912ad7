import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { plainAddress } from "../connection/network.ts";
import { clientKey } from "./client-key.ts";

const FIRST_MS = 250;
const LONGEST_MS = 2_000;
/** Refusals that are held at once; the rest are answered at once, so that holding them costs no memory either. */
const HELD_AT_MOST = 500;
/** After so long every client begins with the first time again. */
const REMEMBERED_MS = 10_000;
/** Clients whose refusals are counted: others are held as if each were their first. */
const CLIENTS_AT_MOST = 10_000;
/** Behind a proxy that is not known, this machine's address stands for everybody's. */
const ownAddresses: readonly (string | null)[] = ["127.0.0.1", "::1"];

/**
 * Answers refusals late: who was told to wait, or whose token is not valid. The first one by a quarter of a second, each further one of the same
 * account or address by twice the time before, two seconds at most. So a program that repeats itself without heeding the answer comes every two
 * seconds, and not as often as the server can refuse. A browser that is not signed in is answered at once, and so are programs on this machine.
 */
export function holdRefusals(app: FastifyInstance): void {
  const times = new Map<string, number>();
  const forgetting = setInterval(() => times.clear(), REMEMBERED_MS).unref();
  app.addHook("onClose", () => clearInterval(forgetting));
  /** How many were held before this one. */
  const countRefusal = (client: string): number => {
    const before = times.get(client) ?? 0;
    if (before > 0 || times.size < CLIENTS_AT_MOST) times.set(client, before + 1);
    return before;
  };
  let held = 0;
  app.addHook("onSend", async (request, reply) => {
    const { statusCode } = reply;
    const isRefusal = statusCode === 429 || (statusCode === 401 && request.headers.authorization !== undefined);
    if (!isRefusal || held >= HELD_AT_MOST || ownAddresses.includes(plainAddress(request.ip))) return;
    const before = countRefusal(clientKey(request));
    held += 1;
    await sleep(Math.min(FIRST_MS * 2 ** before, LONGEST_MS));
    held -= 1;
  });
}
