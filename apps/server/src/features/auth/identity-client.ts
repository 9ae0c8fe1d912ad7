import { GoTrueAdminApi, GoTrueClient, type Session } from "@supabase/auth-js";
import { ProblemError } from "../../platform/http/problem.ts";
import { fromIdentity } from "./auth-errors.ts";

/** Who asks, as the identity service is to note it. */
export interface Caller {
  ip: string;
  userAgent: string | null;
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

export interface AccountChange {
  email?: string;
  password?: string;
  role?: "admin" | "user";
  disabled?: boolean;
}

/** Supabase Auth's contract, as far as the server itself uses it. All calls throw ProblemError. */
export interface IdentityClient {
  signIn(email: string, password: string, caller: Caller): Promise<Grant>;
  /** @returns null when the address must be confirmed by mail first */
  signUp(email: string, password: string, caller: Caller): Promise<Grant | null>;
  renew(refreshToken: string, caller: Caller): Promise<Grant>;
  signOut(accessToken: string, scope: "local" | "others" | "global", caller: Caller): Promise<void>;
  /** Every other session of the account ends. A service may be set to ask for the present password. */
  setPassword(accessToken: string, password: { present: string; next: string }, caller: Caller): Promise<void>;
  /** Confirmed at once. @returns the new account's id */
  createAccount(account: { email: string; password: string; role: "admin" | "user" }): Promise<string>;
  updateAccount(id: string, change: AccountChange): Promise<void>;
  deleteAccount(id: string): Promise<void>;
}

const ours: Caller = { ip: "127.0.0.1", userAgent: "Holdfast" };
/** The contract has no "for good"; this is what Supabase's own dashboard uses. */
const FOR_GOOD = "876000h";

export function createIdentityClient(transport: IdentityTransport): IdentityClient {
  const client = (caller: Caller, more: Partial<ConstructorParameters<typeof GoTrueClient>[0]> = {}) =>
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
  const admin = (caller: Caller, token = transport.serviceRoleKey) =>
    new GoTrueAdminApi({
      url: transport.url,
      headers: { apikey: transport.serviceRoleKey, Authorization: `Bearer ${token}` },
      fetch: (input, init) => transport.fetch(String(input), init, caller),
    });

  return {
    async signIn(email, password, caller) {
      const { data } = await ask(client(caller).signInWithPassword({ email, password }));
      return grantOf(data.session);
    },

    async signUp(email, password, caller) {
      const { data } = await ask(client(caller).signUp({ email, password }));
      return data.session ? grantOf(data.session) : null;
    },

    async renew(refreshToken, caller) {
      // The client would repeat a refresh for half a minute while the service is away; the request is told at once instead.
      const away = Promise.withResolvers<never>();
      away.promise.catch(() => {});
      let failed: Error | null = null;
      const fetchOnce = async (input: unknown, init?: RequestInit): Promise<Response> => {
        if (failed) throw failed;
        try {
          const response = await transport.fetch(String(input), init, caller);
          if (response.status < 500) return response;
          failed = new Error(`The identity service answered ${response.status}.`);
        } catch (error) {
          failed = error as Error;
        }
        const headers = { "retry-after": "2" };
        away.reject(
          new ProblemError("unavailable", "Sign-in cannot be reached right now. Try again in a moment.", {
            cause: failed,
            headers,
          }),
        );
        throw failed;
      };
      const renewal = ask(client(caller, { fetch: fetchOnce }).refreshSession({ refresh_token: refreshToken }));
      renewal.catch(() => {});
      const { data } = await Promise.race([renewal, away.promise]);
      return grantOf(data.session);
    },

    async signOut(accessToken, scope, caller) {
      await ask(admin(caller).signOut(accessToken, scope));
    },

    async setPassword(accessToken, { present, next }, caller) {
      // Said to be fresh, so that the client sends the token as it is: the service judges it.
      const expires_at = Math.floor(Date.now() / 1000) + 3600;
      const session = { access_token: accessToken, refresh_token: "-", token_type: "bearer", expires_at, user: {} };
      // The client takes the session from its storage; this one holds the request's and keeps nothing.
      const storage = { getItem: () => JSON.stringify(session), setItem: () => {}, removeItem: () => {} };
      await ask(
        client(caller, { persistSession: true, storage }).updateUser({ password: next, current_password: present }),
      );
    },

    async createAccount({ email, password, role }) {
      const account = { email, password, email_confirm: true, app_metadata: { role } };
      const { data } = await ask(admin(ours).createUser(account));
      return data.user!.id;
    },

    async updateAccount(id, { email, password, role, disabled }) {
      await ask(
        admin(ours).updateUserById(id, {
          ...(email === undefined ? {} : { email, email_confirm: true }),
          ...(password === undefined ? {} : { password }),
          ...(role === undefined ? {} : { app_metadata: { role } }),
          ...(disabled === undefined ? {} : { ban_duration: disabled ? FOR_GOOD : "none" }),
        }),
      );
    },

    async deleteAccount(id) {
      await ask(admin(ours).deleteUser(id));
    },
  };
}

async function ask<T extends { error: unknown }>(call: Promise<T>): Promise<Extract<T, { error: null }>> {
  const answer = await call;
  if (answer.error) throw fromIdentity(answer.error);
  return answer as Extract<T, { error: null }>;
}

function grantOf(session: Session | null): Grant {
  if (!session) throw new ProblemError("session_ended", "The session has ended. Sign in again.");
  const expiresAt = session.expires_at ?? Math.floor(Date.now() / 1000) + session.expires_in;
  return {
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    expiresAt: new Date(expiresAt * 1000),
    userId: session.user.id,
  };
}
