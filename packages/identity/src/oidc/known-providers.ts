import type { OidcProvider } from "../config.ts";

/** How a provider that Supabase Auth knows by name is asked. */
interface KnownProvider {
  readonly name: string;
  /** Of its OpenID configuration; null where each installation has its own, which has to be given. */
  readonly issuer: string | null;
  /** GitHub speaks OAuth 2 and no OpenID Connect. */
  readonly kind?: OidcProvider["kind"];
}

/** Those that this service can speak to, under the names that clients use for them. */
export const knownProviders: Readonly<Record<string, KnownProvider>> = {
  google: { name: "Google", issuer: "https://accounts.google.com" },
  github: { name: "GitHub", issuer: "https://github.com", kind: "github" },
  gitlab: { name: "GitLab", issuer: "https://gitlab.com" },
  keycloak: { name: "Keycloak", issuer: null },
  azure: { name: "Microsoft", issuer: null },
  linkedin_oidc: { name: "LinkedIn", issuer: "https://www.linkedin.com/oauth" },
  slack_oidc: { name: "Slack", issuer: "https://slack.com" },
  apple: { name: "Apple", issuer: "https://appleid.apple.com" },
};

/** Those that clients look for by name in `/settings`. */
export const providersOfSettings = [
  ...Object.keys(knownProviders),
  ...["bitbucket", "discord", "facebook", "snapchat", "figma", "fly", "kakao", "linkedin"],
  ...["notion", "spotify", "slack", "workos", "twitch", "twitter", "zoom"],
];
