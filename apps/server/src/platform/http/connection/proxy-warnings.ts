import type { FastifyInstance } from "fastify";
import ipaddr from "ipaddr.js";
import type { Database } from "../../database/database.ts";
import { raiseAlert, resolveAlerts } from "../../monitoring/alerts.ts";
import { isForwarded } from "./network.ts";

export type TrustProxy = boolean | number | string[];

/** The kind of the alert that stays open while what requests say of clients does not fit the setting. */
export const trustProxyKind = "setting.trust_proxy";
const believesEverybody =
  "TRUST_PROXY=on believes everybody what they say of their own address: attempts at passwords are no longer counted by address. Set it to the number of proxies in front, or to their addresses.";
const believesNobody =
  "A request came through a proxy, but TRUST_PROXY is off: all who come that way count as one address, and links may carry the wrong one. Set TRUST_PROXY to the number of proxies in front, or to their addresses.";
/** Said once more by each process, should somebody have resolved the alert. */
const AGAIN_MS = 3_600_000;

/** Larger networks than these hold clients, not proxies alone. */
const widest = { ipv4: 8, ipv6: 16 } as const;

/** The sentence for a setting that anybody can make use of; null for one that is as it should be. */
export function tooTrusting(trust: TrustProxy): string | null {
  if (trust === true) return believesEverybody;
  if (!Array.isArray(trust)) return null;
  const wide = trust.filter((text) => ipaddr.isValidCIDR(text)).find(isWide);
  if (wide === undefined) return null;
  return `TRUST_PROXY names ${wide}, which is more than proxies: anyone in it can claim any address, and attempts at passwords are no longer counted by address. Name the addresses of the proxies alone.`;
}

function isWide(network: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(network);
  return bits < widest[address.kind()];
}

/** Tells administrators of a setting that anybody can make use of, until it is another one. */
export async function judgeTrustProxy(db: Database, trust: TrustProxy): Promise<string | null> {
  const title = tooTrusting(trust);
  if (title === null) {
    await resolveAlerts(db, trustProxyKind, ["TRUST_PROXY"]);
    return null;
  }
  await raiseAlert(db, { kind: trustProxyKind, subject: "TRUST_PROXY", severity: "warning", title });
  return title;
}

/** Tells of requests that come through a proxy which no setting knows of: the log, and administrators by an alert. */
export function tellUnknownProxy(app: FastifyInstance, trust: TrustProxy, db: Database): void {
  if (trust !== false) return;
  let told = Number.NEGATIVE_INFINITY;
  app.addHook("onRequest", async ({ routeOptions, raw, log }) => {
    // Our own pages ask for a link in the name of who looks at it.
    if (!isForwarded(raw.headers) || routeOptions.url === "/api/v1/public/shares/:token") return;
    const now = performance.now();
    if (now - told < AGAIN_MS) return;
    told = now;
    log.warn(believesNobody);
    const alert = { kind: trustProxyKind, subject: "TRUST_PROXY", severity: "warning" as const, title: believesNobody };
    // Nobody's request waits for it.
    raiseAlert(db, alert).catch((err: unknown) => log.warn({ err }, "the notice of a proxy could not be kept"));
  });
}
