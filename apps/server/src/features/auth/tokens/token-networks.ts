import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { coarseNetwork } from "../../../platform/http/connection/network.ts";
import { noteNetwork } from "./token-networks.queries.ts";

/** A network that is used on is written again after so long. */
const AGAIN_MS = 6 * 3_600_000;
const CAPACITY = 20_000;

/** Notes from which networks a token is used. No request waits for it, and what is lost is written by the next. */
export function createTokenNetworks(db: Database, clock: Clock): (tokenId: string, ip: string) => void {
  const written = new Map<string, number>();
  return (tokenId, ip) => {
    const network = coarseNetwork(ip);
    if (network === null) return;
    const key = `${tokenId} ${network}`;
    const now = clock.now();
    if ((written.get(key) ?? 0) > now.getTime() - AGAIN_MS) return;
    if (written.size >= CAPACITY) written.clear();
    written.set(key, now.getTime());
    noteNetwork.count(db, tokenId, network, now).catch(() => written.delete(key));
  };
}
