import type { FastifyInstance } from "fastify";
import { signingAlgorithm } from "../keys/signing-keys.ts";
import { confirmsItself, type Identity } from "../service.ts";

/** Providers that clients look for by name in /settings. */
const knownProviders = [
  "apple",
  "azure",
  "bitbucket",
  "discord",
  "facebook",
  "snapchat",
  "figma",
  "fly",
  "github",
  "gitlab",
  "google",
  "keycloak",
  "kakao",
  "linkedin",
  "linkedin_oidc",
  "notion",
  "spotify",
  "slack",
  "slack_oidc",
  "workos",
  "twitch",
  "twitter",
  "zoom",
];

export function settingsRoutes(app: FastifyInstance, identity: Identity): void {
  const { config } = identity;

  app.get("/health", async () => ({
    version: "holdfast",
    name: "GoTrue",
    description: "Holdfast's embedded answer to the Supabase Auth API",
  }));

  app.get("/settings", async () => ({
    external: {
      ...Object.fromEntries([...knownProviders, ...config.oidc.map(({ id }) => id)].map((id) => [id, isOffered(id)])),
      anonymous_users: config.anonymous,
      email: true,
      phone: false,
    },
    disable_signup: config.signup !== "open",
    mailer_autoconfirm: confirmsItself(identity),
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
    saml_private_key_next_configured: false,
    passkeys_enabled: true,
  }));
  const isOffered = (id: string) => config.oidc.some((provider) => provider.id === id);

  app.get("/.well-known/jwks.json", async (_request, reply) => {
    reply.header("cache-control", "public, max-age=600");
    return identity.keys().publicJwks;
  });

  app.get("/.well-known/openid-configuration", async (_request, reply) => {
    const issuer = config.jwtIssuer ?? config.externalUrl;
    const base = config.externalUrl.replace(/\/$/, "");
    reply.header("cache-control", "public, max-age=600");
    return {
      issuer,
      authorization_endpoint: `${base}/authorize`,
      jwks_uri: `${base}/.well-known/jwks.json`,
      userinfo_endpoint: `${base}/user`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [signingAlgorithm],
    };
  });
}
