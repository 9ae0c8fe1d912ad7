import { ProblemError } from "../../../platform/http/problem.ts";
import {
  ask,
  type Caller,
  createIdentityCalls,
  type Grant,
  grantOf,
  type IdentityTransport,
  ours,
} from "./identity-calls.ts";
import { createMailCalls, type MailCalls } from "./identity-mail-calls.ts";
import { createPasskeyCalls, type PasskeyCalls } from "./identity-passkey-calls.ts";
import { createSecondFactorCalls, type SecondFactorCalls } from "./identity-second-factor-calls.ts";

export type { Caller, Grant, IdentityTransport } from "./identity-calls.ts";

export interface AccountChange {
  email?: string;
  password?: string;
  role?: "admin" | "user";
  disabled?: boolean;
}

/** Supabase Auth's contract, as far as the server itself uses it. All calls throw ProblemError. */
export interface IdentityClient extends SecondFactorCalls, PasskeyCalls, MailCalls {
  signIn(email: string, password: string, caller: Caller): Promise<Grant>;
  /** @returns null when the address must be confirmed by mail first */
  signUp(email: string, password: string, caller: Caller): Promise<Grant | null>;
  /** The second half of PKCE: the code that the browser brought back, and what was kept of its start. */
  redeemCode(code: string, verifier: string, caller: Caller): Promise<{ grant: Grant; email: string }>;
  /** @returns where the browser goes to link another service to the account */
  startLink(accessToken: string, asked: URLSearchParams, caller: Caller): Promise<string>;
  renew(refreshToken: string, caller: Caller): Promise<Grant>;
  signOut(accessToken: string, scope: "local" | "others" | "global", caller: Caller): Promise<void>;
  /** Every other session of the account ends. A service may be set to ask for the present password. */
  setPassword(accessToken: string, password: { present: string; next: string }, caller: Caller): Promise<void>;
  /** Confirmed at once. @returns the new account's id, which may be given */
  createAccount(account: { email: string; password: string; role: "admin" | "user"; id?: string }): Promise<string>;
  updateAccount(id: string, change: AccountChange): Promise<void>;
  deleteAccount(id: string): Promise<void>;
}

/** The contract has no "for good"; this is what Supabase's own dashboard uses. */
const FOR_GOOD = "876000h";

export function createIdentityClient(transport: IdentityTransport): IdentityClient {
  const calls = createIdentityCalls(transport);
  const { client, admin, asUser } = calls;

  return {
    async signIn(email, password, caller) {
      const { data } = await ask(client(caller).signInWithPassword({ email, password }));
      return grantOf(data.session);
    },

    async signUp(email, password, caller) {
      const { data } = await ask(client(caller).signUp({ email, password }));
      return data.session ? grantOf(data.session) : null;
    },

    async redeemCode(code, verifier, caller) {
      // The client takes the verifier from its storage, where it would have put it itself.
      const getItem = (key: string) => (key.endsWith("-code-verifier") ? JSON.stringify(verifier) : null);
      const storage = { getItem, setItem: () => {}, removeItem: () => {} };
      const pkce = client(caller, { flowType: "pkce", persistSession: true, storage });
      const { data } = await ask(pkce.exchangeCodeForSession(code));
      return { grant: grantOf(data.session), email: data.session.user.email ?? "" };
    },

    async startLink(accessToken, asked, caller) {
      // The client would make a verifier of its own, and keep it where the browser's request cannot find it again.
      const query = new URLSearchParams([...asked, ["skip_http_redirect", "true"]]);
      const headers = { apikey: transport.anonKey, authorization: `Bearer ${accessToken}` };
      const url = `${transport.url}/user/identities/authorize?${query}`;
      const answer = await transport.fetch(url, { headers }, caller);
      const { url: target, msg } = (await answer.json()) as { url?: string; msg?: string };
      if (target !== undefined) return target;
      throw new ProblemError("invalid_request", msg ?? "The account cannot be linked to this service.");
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
      await ask(asUser(accessToken, caller).updateUser({ password: next, current_password: present }));
    },

    async createAccount({ email, password, role, id }) {
      const account = { email, password, email_confirm: true, app_metadata: { role }, ...(id ? { id } : {}) };
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

    ...createSecondFactorCalls(calls),
    ...createPasskeyCalls(calls),
    ...createMailCalls(calls),
  };
}
