import { isAuthError } from "@supabase/auth-js";
import { notFound } from "../../../platform/http/problem.ts";
import { fromIdentity } from "./auth-errors.ts";
import { type Caller, type Grant, grantOf, type IdentityCalls, ours } from "./identity-calls.ts";

type Json = Record<string, unknown>;

/** What a browser is asked, and by what its answer is known. */
export interface PasskeyQuestion {
  challengeId: string;
  options: Json;
}

export interface PasskeyRecord {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** The passkeys of Supabase Auth's contract, and its factors of the kind `webauthn`. All calls throw ProblemError. */
export interface PasskeyCalls {
  beginPasskey(accessToken: string, caller: Caller): Promise<PasskeyQuestion>;
  /** The session counts as fully signed in from now on, where the embedded service answers. */
  addPasskey(accessToken: string, challengeId: string, credential: Json, caller: Caller): Promise<PasskeyRecord>;
  listPasskeys(accessToken: string, caller: Caller): Promise<PasskeyRecord[]>;
  renamePasskey(accessToken: string, id: string, name: string, caller: Caller): Promise<PasskeyRecord>;
  deletePasskey(userId: string, id: string): Promise<void>;
  /** None where the service knows no passkeys. */
  deleteAllPasskeys(userId: string): Promise<void>;
  beginPasskeySignIn(caller: Caller): Promise<PasskeyQuestion>;
  signInWithPasskey(challengeId: string, credential: Json, caller: Caller): Promise<{ grant: Grant; email: string }>;
  /** For the session's second step. */
  beginWebauthn(accessToken: string, factorId: string, caller: Caller): Promise<PasskeyQuestion>;
  verifyWebauthn(
    accessToken: string,
    factorId: string,
    challengeId: string,
    credential: Json,
    caller: Caller,
  ): Promise<Grant>;
}

export function createPasskeyCalls({ client, asUser, admin }: IdentityCalls): PasskeyCalls {
  return {
    async beginPasskey(accessToken, caller) {
      return toQuestion(await askPasskeys(asUser(accessToken, caller).passkey.startRegistration()));
    },

    async addPasskey(accessToken, challengeId, credential, caller) {
      const given = { challengeId, credential: credential as never };
      return toRecord(await askPasskeys(asUser(accessToken, caller).passkey.verifyRegistration(given)));
    },

    async listPasskeys(accessToken, caller) {
      return (await askPasskeys(asUser(accessToken, caller).passkey.list())).map(toRecord);
    },

    async renamePasskey(accessToken, id, name, caller) {
      const change = { passkeyId: id, friendlyName: name };
      return toRecord(await askPasskeys(asUser(accessToken, caller).passkey.update(change)));
    },

    async deletePasskey(userId, id) {
      await askPasskeys(admin(ours).passkey.deletePasskey({ userId, passkeyId: id }));
    },

    async deleteAllPasskeys(userId) {
      const { data, error } = await admin(ours).passkey.listPasskeys({ userId });
      if (error?.status === 404) return;
      if (error) throw fromIdentity(error);
      for (const { id } of data) await askPasskeys(admin(ours).passkey.deletePasskey({ userId, passkeyId: id }));
    },

    async beginPasskeySignIn(caller) {
      return toQuestion(await askPasskeys(client(caller).passkey.startAuthentication()));
    },

    async signInWithPasskey(challengeId, credential, caller) {
      const given = { challengeId, credential: credential as never };
      const { session } = await askPasskeys(client(caller).passkey.verifyAuthentication(given));
      return { grant: grantOf(session), email: session?.user.email ?? "" };
    },

    async beginWebauthn(accessToken, factorId, caller) {
      // The server knows host name and origins by itself; the client asks for them.
      const { mfa } = asUser(accessToken, caller);
      const { id, webauthn } = await askPasskeys(mfa.challenge({ factorId, webauthn: { rpId: "" } }));
      return { challengeId: id, options: encoded(webauthn.credential_options.publicKey) as Json };
    },

    async verifyWebauthn(accessToken, factorId, challengeId, credential, caller) {
      const answer = { ...credential, toJSON: () => credential } as never;
      const webauthn = { rpId: "", type: "request" as const, credential_response: answer };
      return grantOf(await askPasskeys(asUser(accessToken, caller).mfa.verify({ factorId, challengeId, webauthn })));
    },
  };
}

/** A passkey that is not there, and a service without passkeys, are told by the status alone. */
async function askPasskeys<A extends { data: unknown; error: unknown }>(
  call: Promise<A>,
): Promise<Extract<A, { error: null }>["data"]> {
  const { data, error } = await call;
  if (!error) return data;
  throw isAuthError(error) && error.status === 404 ? notFound() : fromIdentity(error);
}

function toQuestion({ challenge_id, options }: { challenge_id: string; options: object }): PasskeyQuestion {
  return { challengeId: challenge_id, options: options as Json };
}

function toRecord(row: {
  id: string;
  friendly_name?: string;
  created_at: string;
  last_used_at?: string;
}): PasskeyRecord {
  return {
    id: row.id,
    name: row.friendly_name || "Passkey",
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at ? new Date(row.last_used_at) : null,
  };
}

/** The client has made bytes of what came as base64url, for a browser that it does not run in. */
function encoded(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64url");
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64url");
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encoded(inner)]));
}
