import { createRemoteJWKSet } from "jose";
import { z } from "zod";
import type { SupabaseConfig } from "../../../config.ts";
import type { IdentityHost } from "../identity/identity-host.ts";
import { setAddress } from "./forward.ts";
import { createIdentityProbe } from "./identity-probe.ts";
import { mountPassThrough, type PassThroughDeps } from "./pass-on.ts";

export interface RemoteIdentityDeps extends PassThroughDeps {
  supabase: SupabaseConfig;
  /** Whether the database has this account. */
  hasAccount: (id: string) => Promise<boolean>;
}

const remoteSettings = z.object({
  external: z.record(z.string(), z.unknown()),
  passkeys_enabled: z.boolean().default(false),
});
/** Of Supabase's `external`: what is no other service. */
const ownWays = new Set(["email", "phone", "anonymous_users"]);

const TIMEOUT_MS = 15_000;
/** Asked for every page that opens; whether Supabase has passkeys changes with a restart of it. */
const SETTINGS_MAX_AGE_MS = 60_000;

/** A real Supabase answers: `/auth/v1` is passed through on our origin, with the client's address and our throttle. */
export function createRemoteIdentity(deps: RemoteIdentityDeps): IdentityHost {
  const { authUrl, anonKey, serviceRoleKey, jwtSecret } = deps.supabase;
  // Some gateways ask for a key here as well.
  const jwks = createRemoteJWKSet(new URL(`${authUrl}/.well-known/jwks.json`), {
    timeoutDuration: 5000,
    headers: { apikey: anonKey },
  });
  const secret = jwtSecret === null ? null : new TextEncoder().encode(jwtSecret);
  async function readSettings() {
    const headers = { apikey: anonKey };
    const answer = await fetch(`${authUrl}/settings`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return remoteSettings.parse(await answer.json());
  }
  let passkeys: { answer: Promise<boolean>; askedAt: number } | null = null;

  return {
    secret: serviceRoleKey,
    invitationSeconds: null,
    keyFor: (header, token) => {
      if (header.alg !== "HS256") return jwks(header, token);
      if (secret === null) throw new Error("SUPABASE_JWT_SECRET is needed for tokens that are signed with it.");
      return secret;
    },
    transport: {
      url: authUrl,
      anonKey,
      serviceRoleKey,
      fetch(url, init, caller) {
        const headers = new Headers(init?.headers);
        setAddress(headers, caller.ip);
        if (caller.userAgent !== null) headers.set("user-agent", caller.userAgent);
        return fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      },
    },
    async providers() {
      const { external } = await readSettings();
      const offered = Object.keys(external).filter((id) => external[id] === true && !ownWays.has(id));
      return offered.map((id) => ({ id, name: id.charAt(0).toUpperCase() + id.slice(1) }));
    },
    passkeys() {
      const now = performance.now();
      if (passkeys === null || now - passkeys.askedAt > SETTINGS_MAX_AGE_MS) {
        const answer = readSettings().then(
          (settings) => settings.passkeys_enabled,
          () => false,
        );
        passkeys = { answer, askedAt: now };
      }
      return passkeys.answer;
    },
    probe: createIdentityProbe(deps.supabase, deps.hasAccount),
    mount: (app) => mountPassThrough(app, deps),
    close: async () => {},
  };
}
