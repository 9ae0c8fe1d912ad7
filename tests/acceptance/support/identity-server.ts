import type { AddressInfo } from "node:net";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { createApp } from "../../../apps/server/src/platform/http/app.ts";
import { createLog } from "../../../apps/server/src/platform/log.ts";
import {
  createSigningKeys,
  defaultIdentityConfig,
  identityPlugin,
  mintApiKey,
} from "../../../packages/identity/src/index.ts";

export interface IdentityServer {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  close(): Promise<void>;
}

/** The identity contract in a process of its own, without limits and without Holdfast around it: what stands in for a real Supabase. */
export async function startIdentityServer(databaseUrl: string): Promise<IdentityServer> {
  const pool = createPool(databaseUrl, { max: 10, name: "identity", onError: () => {} });
  const keys = await createSigningKeys();
  const log = createLog({ logLevel: "fatal" }, "identity");
  const app = await createApp({ log, version: "0", trustProxy: true, authenticate: async () => null });
  const siteUrl = "http://supabase.test";
  const limits = { rateLimits: null, accountLimits: null, cors: false };
  await app.register(identityPlugin, {
    prefix: "/auth/v1",
    ...{ pool, keys, log, mailer: null },
    config: { ...defaultIdentityConfig, ...limits, siteUrl, externalUrl: `${siteUrl}/auth/v1`, signup: "open" },
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    anonKey: await mintApiKey(keys, "anon"),
    serviceRoleKey: await mintApiKey(keys, "service_role"),
    async close() {
      await app.close();
      await pool.end();
    },
  };
}
