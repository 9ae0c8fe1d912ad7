import type { FastifyRequest } from "fastify";
import type { Config } from "../../../config.ts";
import type { Database } from "../../../platform/database/database.ts";
import { findSetting, saveSetting } from "../settings/settings.queries.ts";
import { isOwnOrigin } from "./origin-check.ts";

/** Where people find this server: what links in mails begin with. */
export interface SiteUrl {
  /** Origin without a trailing slash. */
  current(): string;
  /** What other nodes have learned. */
  read(): Promise<void>;
  /**
   * Notes where an administrator's browser has just reached us. To be called once the password was right or the session is known: who only
   * asks (for a recovery, say) could name any host, and would have the secret of somebody else's mail sent to it.
   */
  learn(request: FastifyRequest): Promise<void>;
}

const setting = "site-url";

/** PUBLIC_URL where it is set. Else the address by which an administrator last signed in, before which it is a guess: localhost. */
export function createSiteUrl(db: Database, { publicUrl, port }: Pick<Config, "publicUrl" | "port">): SiteUrl {
  let learned: string | null = null;
  const current = () => publicUrl ?? learned ?? `http://localhost:${port}`;

  /** A browser on the machine itself says nothing about how others reach it. */
  const better = (origin: string) => !isLoopback(origin) || isLoopback(current());

  return {
    current,
    async read() {
      if (publicUrl !== null) return;
      learned = ((await findSetting.first(db, setting))?.value as string | undefined) ?? null;
    },
    async learn(request) {
      const { origin } = request.headers;
      if (publicUrl !== null || origin === undefined || !isOwnOrigin(request, null)) return;
      if (origin === current() || !better(origin)) return;
      learned = origin;
      await saveSetting.all(db, setting, origin);
    },
  };
}

function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
