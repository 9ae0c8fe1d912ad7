import { createHash } from "node:crypto";
import * as oidc from "openid-client";
import { inTransaction } from "../database.ts";
import { createFlow, deleteOldFlows, type PkceChallenge } from "../one-time/flow-state.queries.ts";
import type { Identity } from "../service.ts";
import { createClientState } from "./client-state.queries.ts";
import type { ProviderClients } from "./provider-client.ts";

export interface OidcStart {
  providerId: string;
  scopes: string;
  pkce: PkceChallenge | null;
  redirectTo: string;
  inviteToken: string | null;
  /** See `AccountRequest`. */
  takeAddress: boolean;
  /** The account that the identity is to be linked to; null for a sign-in. */
  linkTo: string | null;
}

/** In the place of an invitation's code, which is 56 hex digits: the table has no other column for it. */
export const takesAddress = "takes-address";

/** @returns the provider's address to send the browser to. */
export async function startSignIn(identity: Identity, clients: ProviderClients, start: OidcStart): Promise<string> {
  const { provider, client } = await clients.find(start.providerId);
  const verifier = oidc.randomPKCECodeVerifier();
  const now = identity.now();
  const state = await inTransaction(identity.pool, async (db) => {
    await deleteOldFlows(db, now);
    const clientStateId = await createClientState(db, provider.id, verifier, now);
    return createFlow(db, {
      ...start.pkce,
      userId: null,
      method: "oauth",
      provider: provider.id,
      referrer: start.redirectTo,
      inviteToken: start.takeAddress ? takesAddress : start.inviteToken,
      clientStateId,
      linkingTargetId: start.linkTo,
      now,
    });
  });
  const isOidc = provider.kind !== "github";
  const usual = isOidc ? ["openid", "email", "profile"] : ["user:email"];
  const asked = [...usual, ...(provider.scopes ?? []), ...start.scopes.split(/[\s,]+/)];
  return oidc.buildAuthorizationUrl(client, {
    redirect_uri: callbackUrl(identity),
    scope: [...new Set(asked.filter((scope) => scope !== ""))].join(" "),
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(isOidc ? { nonce: nonceFor(verifier) } : {}),
    state,
  }).href;
}

export const callbackUrl = (identity: Identity) => `${identity.config.externalUrl.replace(/\/$/, "")}/callback`;

/** The table has no column for it; the verifier is as secret and as fresh as a nonce has to be. */
export const nonceFor = (verifier: string) => createHash("sha256").update(`nonce ${verifier}`).digest("base64url");
