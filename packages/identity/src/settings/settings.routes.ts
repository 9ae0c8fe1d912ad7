import type { FastifyInstance } from "fastify";
import { providersOfSettings } from "../oidc/known-providers.ts";
import { confirmsItself, type Identity } from "../service.ts";

export function settingsRoutes(app: FastifyInstance, identity: Identity): void {
  const { config } = identity;

  app.get("/health", async () => ({
    version: "holdfast",
    name: "GoTrue",
    description: "Holdfast's embedded answer to the Supabase Auth API",
  }));

  app.get("/settings", async () => {
    const offered = (await identity.providers()).map(({ id }) => id);
    const switchedOff = Object.fromEntries(providersOfSettings.map((id) => [id, false]));
    return {
      external: {
        ...switchedOff,
        ...Object.fromEntries(offered.map((id) => [id, true])),
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
    };
  });

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
      id_token_signing_alg_values_supported: [identity.keys().signing.alg],
    };
  });
}
