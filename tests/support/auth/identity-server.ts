import type { AddressInfo } from "node:net";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { createApp } from "../../../apps/server/src/platform/http/app.ts";
import { createLog } from "../../../apps/server/src/platform/log.ts";
import {
  createSigningKeys,
  createSmtpMailer,
  defaultIdentityConfig,
  type IdentityConfig,
  identityPlugin,
  mintApiKey,
} from "../../../packages/identity/src/index.ts";
import type { Mailbox } from "../../../packages/identity/src/testing/mailbox.ts";

export interface IdentityServer {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  close(): Promise<void>;
}

export interface IdentitySettings {
  /** SITE_URL: where Holdfast is found. */
  siteUrl?: string | undefined;
  /** API_EXTERNAL_URL without the prefix: where browsers find this service. */
  externalUrl?: string | undefined;
  /** Accounts confirm themselves. Without a mailbox they do so anyway. */
  autoconfirm?: boolean | undefined;
  /** Mails lead to Holdfast's page, as the operator is told to set the templates; else to the contract's own `/verify`. */
  ourTemplates?: boolean | undefined;
  oidc?: IdentityConfig["oidc"] | undefined;
  mailbox?: Mailbox | undefined;
  now?: (() => Date) | undefined;
}

/** The identity contract in a process of its own, without limits and without Holdfast around it: what stands in for a real Supabase. */
export async function startIdentityServer(
  databaseUrl: string,
  settings: IdentitySettings = {},
): Promise<IdentityServer> {
  const pool = createPool(databaseUrl, { max: 10, name: "identity", onError: () => {} });
  const keys = await createSigningKeys();
  const log = createLog({ logLevel: "fatal" }, "identity");
  const app = await createApp({ log, version: "0", trustProxy: true, authenticate: async () => null });
  const {
    siteUrl = "http://supabase.test",
    externalUrl = "http://supabase.test",
    mailbox,
    autoconfirm = false,
  } = settings;
  const limits = { rateLimits: null, accountLimits: null, cors: false };
  const config: IdentityConfig = {
    ...{ ...defaultIdentityConfig, ...limits, siteUrl, autoconfirm, signup: "open" },
    externalUrl: `${externalUrl}/auth/v1`,
    oidc: settings.oidc ?? [],
    passkeys: { ...defaultIdentityConfig.passkeys, origins: [siteUrl] },
  };
  if (settings.ourTemplates) {
    config.emailLink = ({ kind, tokenHash }) => `${siteUrl}/recover#token_hash=${tokenHash}&type=${kind}`;
  }
  const smtp = { host: "127.0.0.1", secure: false, user: "", password: "", from: "supabase@example.org" };
  await app.register(identityPlugin, {
    prefix: "/auth/v1",
    ...{ pool, keys, log, config },
    mailer: mailbox ? createSmtpMailer({ ...smtp, port: mailbox.port }) : null,
    ...(settings.now ? { now: settings.now } : {}),
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
