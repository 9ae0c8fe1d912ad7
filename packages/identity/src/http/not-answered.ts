import type { FastifyRequest } from "fastify";
import { type IdentityError, notFound } from "../errors.ts";

/** Parts of Supabase Auth that are left out, answered as it answers when they are switched off. */
const disabled: [prefix: string, code: string, message: string][] = [
  ["/sso", "saml_provider_disabled", "SAML 2.0 is disabled"],
  ["/oauth", "feature_disabled", "OAuth server is disabled"],
  ["/user/oauth", "feature_disabled", "OAuth server is disabled"],
  ["/admin/oauth", "feature_disabled", "OAuth server is disabled"],
  ["/scim", "feature_disabled", "SCIM server is disabled"],
  ["/admin/sso", "saml_provider_disabled", "SAML 2.0 is disabled"],
  ["/admin/custom-providers", "feature_disabled", "OpenID providers are part of the server's configuration"],
];

export function notAnswered(request: FastifyRequest, prefix: string): IdentityError {
  const path = (request.url.split("?")[0] as string).slice(prefix.length);
  const found = disabled.find(([start]) => path === start || path.startsWith(`${start}/`));
  if (found) return notFound(found[1], found[2]);
  return notFound("unknown", `${request.method} is not answered at this address`);
}
