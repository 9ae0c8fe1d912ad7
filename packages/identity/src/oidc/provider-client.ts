import * as oidc from "openid-client";
import type { OidcProvider } from "../config.ts";
import { badRequest, IdentityError } from "../errors.ts";
import type { Identity } from "../service.ts";
import { fetchGithubProfile, githubClient } from "./github.ts";
import { knownProviders } from "./known-providers.ts";

/** What a provider says of a person, already checked against its keys. */
export interface ProviderProfile {
  subject: string;
  /** Lower case; null where the provider sends none. */
  email: string | null;
  emailVerified: boolean;
  /** For identity_data and user_metadata, under the names that Supabase uses. */
  data: Record<string, unknown>;
  /** What it says of their groups; null where nobody asked for them. Kept with the identity alone: a token has no room for many names. */
  groups: string[] | null;
  accessToken: string;
  refreshToken: string | null;
}

const lifetimeMilliseconds = 3_600_000;

/** Providers by id. Their published settings are fetched when first used, and again after an hour. */
export interface ProviderClients {
  /** @throws IdentityError 400 validation_failed for an unknown provider, 503 when it cannot be reached. */
  find(id: string): Promise<KnownClient>;
}

export interface KnownClient {
  readonly provider: OidcProvider;
  readonly client: oidc.Configuration;
}

export function createProviderClients(identity: Identity): ProviderClients {
  const found = new Map<OidcProvider, { at: number; client: Promise<oidc.Configuration> }>();

  function clientOf(provider: OidcProvider): Promise<oidc.Configuration> {
    const now = identity.now().getTime();
    const kept = found.get(provider);
    if (kept && now - kept.at < lifetimeMilliseconds) return kept.client;
    const client = provider.kind === "github" ? Promise.resolve(githubClient(provider)) : discover(provider);
    found.set(provider, { at: now, client });
    client.catch(() => found.delete(provider));
    return client;
  }

  return {
    async find(id) {
      const provider = (await identity.providers()).find((candidate) => candidate.id === id);
      if (provider === undefined) {
        const why = Object.hasOwn(knownProviders, id) ? "provider is not enabled" : `Provider ${id} could not be found`;
        throw badRequest("validation_failed", `Unsupported provider: ${why}`);
      }
      try {
        return { provider, client: await clientOf(provider) };
      } catch (error) {
        throw unreachable(identity, provider, error);
      }
    },
  };
}

function discover(provider: OidcProvider): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(provider.issuer), provider.clientId, provider.clientSecret, undefined, {
    timeout: 10,
    execute: provider.allowHttp ? [oidc.allowInsecureRequests] : [],
  });
}

function unreachable(identity: Identity, provider: OidcProvider, error: unknown): IdentityError {
  identity.log.error({ err: error, provider: provider.id }, "an OpenID provider did not answer as it should");
  return new IdentityError(
    503,
    "unexpected_failure",
    `${provider.name} cannot be reached at the moment. Try again later.`,
  );
}

/** Redeems the code that the provider sent the browser back with, and checks what it says. */
export async function fetchProfile(
  identity: Identity,
  known: KnownClient,
  callback: { url: URL; state: string; verifier: string; nonce: string },
): Promise<ProviderProfile> {
  const { provider, client } = known;
  try {
    const tokens = await oidc.authorizationCodeGrant(client, callback.url, {
      expectedState: callback.state,
      pkceCodeVerifier: callback.verifier,
      ...(provider.kind === "github" ? {} : { expectedNonce: callback.nonce }),
    });
    if (provider.kind === "github") return await fetchGithubProfile(known, tokens);
    const claims = tokens.claims();
    if (claims === undefined) throw new Error("The provider sent no ID token.");
    // Some providers put no more than the subject into the ID token.
    const more = client.serverMetadata().userinfo_endpoint
      ? await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)
      : {};
    return profile(provider, { ...claims, ...more }, tokens.access_token, tokens.refresh_token ?? null);
  } catch (error) {
    if (error instanceof TypeError || (error as Error).name === "TimeoutError")
      throw unreachable(identity, provider, error);
    identity.log.warn({ err: error, provider: provider.id }, "a sign-in through a provider failed");
    const why = error instanceof oidc.ResponseBodyError ? error.error : "its answer cannot be trusted";
    throw badRequest("bad_oauth_callback", `Unable to exchange external code with ${provider.name}: ${why}`);
  }
}

export function profile(
  provider: OidcProvider,
  claims: Record<string, unknown> & { sub: string },
  accessToken: string,
  refreshToken: string | null,
): ProviderProfile {
  const word = (name: string) =>
    typeof claims[name] === "string" && claims[name] !== "" ? (claims[name] as string) : undefined;
  const email = word("email")?.toLowerCase() ?? null;
  const emailVerified = email !== null && (claims.email_verified === true || provider.trustEmail === true);
  const name = word("name") ?? word("preferred_username") ?? word("nickname");
  // Some providers send the picture itself. All of this goes into every access token, which has to fit into a header.
  const picture = /^https?:.{0,500}$/.exec(word("picture") ?? "")?.[0];
  const data = {
    iss: provider.issuer,
    sub: claims.sub,
    provider_id: claims.sub,
    ...(email ? { email } : {}),
    email_verified: emailVerified,
    phone_verified: false,
    ...(name ? { name, full_name: name } : {}),
    ...(word("preferred_username") ? { preferred_username: word("preferred_username") } : {}),
    ...(picture ? { picture, avatar_url: picture } : {}),
  };
  const groups = provider.groupsClaim === undefined ? null : groupsOf(claims[provider.groupsClaim]);
  return { subject: claims.sub, email, emailVerified, data, groups, accessToken, refreshToken };
}

const mostGroups = 2000;

/** Names, where the claim is a list of them or one. */
function groupsOf(claim: unknown): string[] {
  const names = Array.isArray(claim) ? claim : [claim];
  return names
    .filter((name): name is string => typeof name === "string" && name !== "" && name.length <= 255)
    .slice(0, mostGroups);
}

/** What is kept with the identity. */
export function identityDataOf({ data, groups }: Pick<ProviderProfile, "data" | "groups">): Record<string, unknown> {
  return groups === null ? data : { ...data, groups };
}
