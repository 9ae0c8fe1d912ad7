import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { RateLimit } from "../config.ts";

/** Token buckets by key, in memory. Keys that are full again are forgotten. */
export interface Throttle {
  /** Takes one. Returns 0 when there was one, else the seconds until there is. */
  take(key: string, limit: RateLimit, now?: Date): number;
  /** Gives back one that was taken for nothing. */
  giveBack(key: string, limit: RateLimit): void;
  reset(key: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
  fullAt: number;
}

/** @param capacity keys at most; the least recently used goes first, so that a flood of addresses costs no memory. */
export function createThrottle(now: () => Date, capacity = 50_000): Throttle {
  const buckets = new Map<string, Bucket>();

  return {
    take(key, limit, moment = now()) {
      const at = moment.getTime() / 1000;
      const rate = limit.burst / limit.perSeconds;
      const former = buckets.get(key);
      const tokens = former ? Math.min(limit.burst, former.tokens + Math.max(0, at - former.at) * rate) : limit.burst;
      buckets.delete(key);
      const left = tokens >= 1 ? tokens - 1 : tokens;
      buckets.set(key, { tokens: left, at, fullAt: at + (limit.burst - left) / rate });
      if (buckets.size > capacity) forget(buckets, at);
      return tokens >= 1 ? 0 : (1 - tokens) / rate;
    },
    giveBack(key, limit) {
      const bucket = buckets.get(key);
      if (bucket) bucket.tokens = Math.min(limit.burst, bucket.tokens + 1);
    },
    reset: (key) => void buckets.delete(key),
  };
}

function forget(buckets: Map<string, Bucket>, at: number): void {
  let first: string | undefined;
  for (const [key, bucket] of buckets) {
    if (bucket.fullAt > at) {
      first = key;
      break;
    }
    buckets.delete(key);
  }
  if (first !== undefined) buckets.delete(first);
}

/**
 * What one customer has: the address itself, or the /64 of an IPv6 address, since one line is given at least that many.
 * An IPv4 address written as IPv6 is the IPv4 address.
 */
export function addressKey(ip: string): string {
  const text = ip.split("%")[0] as string;
  if (!isIP(text)) return text;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const groups = address.parts.slice(0, 4).map((group) => group.toString(16));
  return `${groups.join(":")}::/64`;
}
