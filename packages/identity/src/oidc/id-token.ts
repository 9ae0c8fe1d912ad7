import { createHash } from "node:crypto";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { inTransaction } from "../database.ts";
import { badRequest } from "../errors.ts";
import { type Caller, type Identity, reportSignIn } from "../service.ts";
import { type IssuedSession, issueSession } from "../sessions/issue-session.ts";
import { knownProviders } from "./known-providers.ts";
import { accountOf, needsVerification } from "./link-account.ts";
import { type ProviderClients, profile } from "./provider-client.ts";

export interface IdTokenGrant {
  providerId: string;
  idToken: string;
  /** The value whose SHA-256 in hex is the token's nonce; empty where the token has none. */
  nonce: string;
  redirectTo: string;
}

/** @throws IdentityError 400 (provider_disabled, validation_failed) */
async function requireEnabled(identity: Identity, providerId: string): Promise<void> {
  if (providerId === "") throw badRequest("validation_failed", "provider or client_id and issuer required");
  if ((await identity.providers()).some(({ id }) => id === providerId)) return;
  const known = Object.hasOwn(knownProviders, providerId) ? knownProviders[providerId] : undefined;
  if (known) throw badRequest("provider_disabled", `Provider (issuer "${known.issuer ?? ""}") is not enabled`);
  throw badRequest("validation_failed", `Custom OIDC provider "${providerId}" not allowed`);
}

/** What is no token at all is refused before the provider is asked for its keys. @throws IdentityError 400 bad_jwt */
function requireForm(token: string): void {
  try {
    decodeJwt(token);
    decodeProtectedHeader(token);
  } catch (error) {
    throw badIdToken(error);
  }
}

const badIdToken = (error: unknown) => badRequest("bad_jwt", `Bad ID token: ${(error as Error).message}`);

/**
 * Signs in somebody whose app got an ID token from the provider by itself.
 *
 * @throws IdentityError 400 (bad_jwt, validation_failed), and what `accountOf` throws.
 */
export async function signInWithIdToken(
  identity: Identity,
  clients: ProviderClients,
  grant: IdTokenGrant,
  caller: Caller,
): Promise<IssuedSession> {
  await requireEnabled(identity, grant.providerId);
  requireForm(grant.idToken);
  const { provider, client } = await clients.find(grant.providerId);
  const { jwks_uri, issuer } = client.serverMetadata();
  if (!jwks_uri) throw badRequest("validation_failed", `${provider.name} publishes no keys to check a token by`);
  const { payload } = await jwtVerify<{ sub: string; nonce?: string }>(
    grant.idToken,
    createRemoteJWKSet(new URL(jwks_uri)),
    {
      issuer,
      audience: [provider.clientId, ...(provider.otherClientIds ?? [])],
      currentDate: identity.now(),
      requiredClaims: ["sub", "exp"],
    },
  ).catch((error: unknown) => {
    throw badIdToken(error);
  });
  const expected = grant.nonce === "" ? undefined : createHash("sha256").update(grant.nonce).digest("hex");
  if (payload.nonce !== expected) throw badRequest("validation_failed", "Nonces mismatch");

  const person = profile(provider, payload, "", null);
  const request = { providerId: provider.id, profile: person, redirectTo: grant.redirectTo };
  const settled = await inTransaction(identity.pool, async (db) => {
    const result = await accountOf(identity, db, request, caller);
    if ("unverified" in result) return result;
    return { issued: await issueSession(identity, db, result.user.id, "oauth", caller), email: result.user.email };
  });
  if ("unverified" in settled) {
    settled.unverified?.send();
    throw needsVerification(provider.id);
  }
  const { userId, sessionId } = settled.issued;
  await reportSignIn(identity, {
    userId,
    sessionId,
    email: settled.email,
    method: "oauth",
    outcome: "success",
    ...caller,
  });
  return settled.issued;
}
