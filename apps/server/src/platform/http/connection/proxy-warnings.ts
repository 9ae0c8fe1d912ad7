import type { FastifyInstance } from "fastify";
import type { Database } from "../../database/database.ts";
import { raiseAlert, resolveAlerts } from "../../monitoring/alerts.ts";
import { isForwarded } from "./network.ts";

export type TrustProxy = boolean | number | string[];

const kind = "setting.trust_proxy";
const believesEverybody =
  "TRUST_PROXY=on believes everybody what they say of their own address: attempts at passwords are no longer counted by address. Set it to the number of proxies in front, or to their addresses.";
const believesNobody =
  "A request came through a proxy, but TRUST_PROXY is off: all who come that way count as one address, and links may carry the wrong one. Set TRUST_PROXY to the number of proxies in front, or to their addresses.";

/** Tells administrators of a setting that anybody can make use of, until it is another one. */
export async function judgeTrustProxy(db: Database, trust: TrustProxy): Promise<string | null> {
  if (trust !== true) {
    await resolveAlerts(db, kind, ["TRUST_PROXY"]);
    return null;
  }
  await raiseAlert(db, { kind, subject: "TRUST_PROXY", severity: "warning", title: believesEverybody });
  return believesEverybody;
}

/** Says once that requests come through a proxy which no setting knows of. */
export function tellUnknownProxy(app: FastifyInstance, trust: TrustProxy): void {
  if (trust !== false) return;
  let told = false;
  app.addHook("onRequest", async ({ routeOptions, raw, log }) => {
    // Our own pages ask for a link in the name of who looks at it.
    if (told || !isForwarded(raw.headers) || routeOptions.url === "/api/v1/public/shares/:token") return;
    told = true;
    log.warn(believesNobody);
  });
}
