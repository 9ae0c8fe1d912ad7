import { GoTrueAdminApi, GoTrueClient, type Session } from "@supabase/auth-js";
import { ProblemError } from "../../../platform/http/problem.ts";
import { fromIdentity } from "./auth-errors.ts";

/** Who asks, as the identity service is to note it. */
export interface Caller {
  ip: string;
  userAgent: string | null;
  /** The origin of the page that asks, which passkeys belong to where PUBLIC_URL names none. */
  page?: string;
}

/** A way to the identity service: over the network, or into this process. */
export interface IdentityTransport {
  /** Base of the contract's paths, without a trailing slash. */
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  fetch(url: string, init: RequestInit | undefined, caller: Caller): Promise<Response>;
}

/** A session's tokens, fresh from the identity service. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
  readonly userId: string;
}

export type ClientOptions = Partial<ConstructorParameters<typeof GoTrueClient>[0]>;

/** The official client, a new one for every call: for nobody, for who has an access token, and for the service itself. */
export interface IdentityCalls {
  readonly transport: IdentityTransport;
  client(caller: Caller, more?: ClientOptions): GoTrueClient;
  asUser(accessToken: string, caller: Caller): GoTrueClient;
  admin(caller: Caller): GoTrueAdminApi;
}

export const ours: Caller = { ip: "127.0.0.1", userAgent: "Holdfast" };

export function createIdentityCalls(transport: IdentityTransport): IdentityCalls {
  const client = (caller: Caller, more: ClientOptions = {}) =>
    new GoTrueClient({
      url: transport.url,
      headers: { apikey: transport.anonKey },
      fetch: (input, init) => transport.fetch(String(input), init, caller),
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      skipAutoInitialize: true,
      ...more,
    });
  return {
    transport,
    client,
    asUser(accessToken, caller) {
      // Said to be fresh, so that the client sends the token as it is: the service judges it.
      const expires_at = Math.floor(Date.now() / 1000) + 3600;
      const session = { access_token: accessToken, refresh_token: "-", token_type: "bearer", expires_at, user: {} };
      // The client takes the session from its storage; this one holds the request's and keeps nothing.
      const storage = { getItem: () => JSON.stringify(session), setItem: () => {}, removeItem: () => {} };
      return client(caller, { persistSession: true, storage });
    },
    admin: (caller) =>
      new GoTrueAdminApi({
        url: transport.url,
        headers: { apikey: transport.serviceRoleKey, Authorization: `Bearer ${transport.serviceRoleKey}` },
        fetch: (input, init) => transport.fetch(String(input), init, caller),
      }),
  };
}

/** @throws ProblemError for what the service refused */
export async function ask<T extends { error: unknown }>(call: Promise<T>): Promise<Extract<T, { error: null }>> {
  const answer = await call;
  if (answer.error) throw fromIdentity(answer.error);
  return answer as Extract<T, { error: null }>;
}

type Tokens = Pick<Session, "access_token" | "refresh_token" | "expires_in" | "user"> & { expires_at?: number };

export function grantOf(session: Tokens | null): Grant {
  if (!session) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
  const expiresAt = session.expires_at ?? Math.floor(Date.now() / 1000) + session.expires_in;
  return {
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    expiresAt: new Date(expiresAt * 1000),
    userId: session.user.id,
  };
}
