import * as oidc from "openid-client";
import * as z from "zod";
import type { OidcProvider } from "../config.ts";
import type { KnownClient, ProviderProfile } from "./provider-client.ts";

const web = "https://github.com";

/** Where the API of an installation is found: GitHub's own, or that of a GitHub Enterprise, which is below its web address. */
const apiOf = ({ issuer }: OidcProvider) => (issuer === web ? "https://api.github.com" : `${issuer}/api/v3`);

export function githubClient(provider: OidcProvider): oidc.Configuration {
  const { issuer, clientId, clientSecret } = provider;
  const client = new oidc.Configuration(
    {
      issuer,
      authorization_endpoint: `${issuer}/login/oauth/authorize`,
      token_endpoint: `${issuer}/login/oauth/access_token`,
    },
    clientId,
    clientSecret,
  );
  client.timeout = 10;
  if (provider.allowHttp) oidc.allowInsecureRequests(client);
  return client;
}

const userSchema = z.object({
  id: z.number(),
  login: z.string(),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
});
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * Who GitHub says it is, with the address that GitHub has verified: the primary one before others. Where it has verified none, the primary
 * one is taken as a claim. The profile's public address is not looked at: anybody may write anything there.
 */
export async function fetchGithubProfile(
  { provider, client }: KnownClient,
  tokens: oidc.TokenEndpointResponse,
): Promise<ProviderProfile> {
  const ask = async <S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> => {
    const headers = new Headers({ accept: "application/vnd.github+json", "user-agent": "holdfast" });
    const url = new URL(`${apiOf(provider)}${path}`);
    const answer = await oidc.fetchProtectedResource(client, tokens.access_token, url, "GET", undefined, headers);
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${path}`);
    return schema.parse(await answer.json());
  };
  const [user, emails] = [await ask("/user", userSchema), await ask("/user/emails", emailsSchema)];
  const primary = emails.find((each) => each.primary);
  const best = primary?.verified ? primary : (emails.find(({ verified }) => verified) ?? primary);
  const email = best?.email.toLowerCase() ?? null;
  const subject = String(user.id);
  const picture = /^https?:.{0,500}$/.exec(user.avatar_url ?? "")?.[0];
  const data = {
    iss: apiOf(provider),
    sub: subject,
    provider_id: subject,
    ...(email ? { email } : {}),
    email_verified: best?.verified === true,
    phone_verified: false,
    ...(user.name ? { name: user.name, full_name: user.name } : {}),
    preferred_username: user.login,
    user_name: user.login,
    ...(picture ? { avatar_url: picture } : {}),
  };
  const emailVerified = best?.verified === true;
  return { subject, email, emailVerified, data, groups: null, accessToken: tokens.access_token, refreshToken: null };
}
