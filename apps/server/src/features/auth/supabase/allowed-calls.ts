import type { ThrottleAction } from "../throttle/throttle-policy.ts";

/** One call of Supabase Auth's contract that may be passed on. What is not in the list is answered 404 and reaches nobody. */
export interface AllowedCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{id}` stands for a UUID, `{name}` for a word of letters, digits and `: . _ -`. */
  readonly path: string;
  /** Parameters of the query that must be exactly this: they decide what the call does. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Parameters of the query, separated by spaces. `*` at the end: others as well, which the provider gets. */
  readonly query?: string;
  /** Fields of the body, separated by spaces. */
  readonly body?: string;
  /** The body is a form: what browsers are made to send by another service. */
  readonly form?: true;
  /** Which of our limits it is counted by. */
  readonly action?: ThrottleAction;
  /** Changes how somebody signs in: asked for a session that has proved itself recently. */
  readonly proof?: true;
  /** While sign-up is not open: refused, or passed on as `/otp` that makes no account. */
  readonly closed?: "refused" | "existing accounts";
}

const captcha = "gotrue_meta_security";
const challenge = "code_challenge code_challenge_method";
const provider = `provider scopes redirect_to invite_token skip_http_redirect ${challenge} *`;
const returned =
  "code state error error_code error_description error_uri scope authuser hd prompt session_state iss user id_token oauth_token oauth_verifier";
const account =
  "id aud role email phone password password_hash email_confirm phone_confirm user_metadata app_metadata ban_duration";
const oauthClient =
  "client_name client_uri logo_uri redirect_uris grant_types response_types scope client_type token_endpoint_auth_method";
const ssoProvider = "type metadata_url metadata_xml domains attribute_mapping name_id_format resource_id disabled";
const customProvider =
  "provider_type identifier name client_id client_secret acceptable_client_ids scopes pkce_enabled attribute_mapping custom_claims_allowlist authorization_params enabled email_optional issuer discovery_url skip_nonce_check authorization_url token_url userinfo_url jwks_uri";
const pages = "page per_page limit cursor";

/**
 * Everything that the official clients call (`@supabase/auth-js`, every method), what mails and other services lead browsers to, and the
 * administrators' calls of the contract. Left out: the OAuth server's own endpoints for other programs and SCIM, whose clients are set up
 * with Supabase's address.
 */
export const allowedCalls: readonly AllowedCall[] = [
  { method: "GET", path: "/health" },
  { method: "GET", path: "/settings" },
  { method: "GET", path: "/.well-known/jwks.json" },
  { method: "GET", path: "/.well-known/openid-configuration" },
  { method: "GET", path: "/.well-known/oauth-authorization-server" },

  {
    method: "POST",
    path: "/signup",
    query: "redirect_to",
    body: `email phone password data channel ${challenge} ${captcha}`,
    action: "register",
    closed: "refused",
  },
  {
    method: "POST",
    path: "/otp",
    query: "redirect_to",
    body: `email phone create_user data channel ${challenge} ${captcha}`,
    action: "mail",
    closed: "existing accounts",
  },
  {
    method: "POST",
    path: "/magiclink",
    query: "redirect_to",
    body: `email data ${challenge} ${captcha}`,
    action: "mail",
    closed: "existing accounts",
  },
  { method: "POST", path: "/recover", query: "redirect_to", body: `email ${challenge} ${captcha}`, action: "mail" },
  {
    method: "POST",
    path: "/resend",
    query: "redirect_to",
    body: `type email phone ${challenge} ${captcha}`,
    action: "mail",
  },
  {
    method: "POST",
    path: "/token",
    fixed: { grant_type: "password" },
    body: `email phone password ${captcha}`,
    action: "sign-in",
  },
  {
    method: "POST",
    path: "/token",
    fixed: { grant_type: "refresh_token" },
    body: "refresh_token",
    action: "refresh",
  },
  {
    method: "POST",
    path: "/token",
    fixed: { grant_type: "pkce" },
    body: "auth_code code_verifier",
    action: "verify",
  },
  // Makes an account for who comes from another service for the first time: it waits for approval while sign-up is not open.
  {
    method: "POST",
    path: "/token",
    fixed: { grant_type: "id_token" },
    body: `provider id_token access_token nonce client_id issuer link_identity ${captcha}`,
    action: "verify",
  },
  // A wallet is made in no time, and each is an account.
  {
    method: "POST",
    path: "/token",
    fixed: { grant_type: "web3" },
    body: `chain message signature ${captcha}`,
    action: "register",
    closed: "refused",
  },
  { method: "GET", path: "/verify", query: "token type redirect_to", action: "verify" },
  {
    method: "POST",
    path: "/verify",
    query: "redirect_to",
    body: `type token token_hash email phone redirect_to ${captcha}`,
    action: "verify",
  },
  { method: "POST", path: "/logout", query: "scope" },
  { method: "GET", path: "/reauthenticate" },
  { method: "GET", path: "/user" },
  {
    method: "PUT",
    path: "/user",
    query: "redirect_to",
    body: `email phone password current_password nonce data app_metadata channel ${challenge}`,
    action: "password",
    proof: true,
  },
  { method: "GET", path: "/user/identities/authorize", query: provider, proof: true },
  { method: "DELETE", path: "/user/identities/{id}", proof: true },
  { method: "GET", path: "/user/oauth/grants" },
  { method: "DELETE", path: "/user/oauth/grants", query: "client_id" },

  { method: "POST", path: "/factors", body: "friendly_name factor_type issuer phone", proof: true },
  { method: "GET", path: "/factors/recovery-codes" },
  { method: "POST", path: "/factors/recovery-codes", body: "friendly_name", proof: true },
  { method: "DELETE", path: "/factors/recovery-codes", proof: true },
  { method: "POST", path: "/factors/recovery-codes/verify", body: "code", action: "mfa" },
  { method: "POST", path: "/factors/recovery-codes/regenerate", proof: true },
  { method: "POST", path: "/factors/{id}/challenge", body: "channel webauthn" },
  { method: "POST", path: "/factors/{id}/verify", body: "challenge_id code webauthn", action: "mfa", proof: true },
  { method: "DELETE", path: "/factors/{id}", proof: true },

  { method: "GET", path: "/passkeys" },
  { method: "POST", path: "/passkeys/registration/options", proof: true },
  { method: "POST", path: "/passkeys/registration/verify", body: "challenge_id credential", proof: true },
  { method: "POST", path: "/passkeys/authentication/options", body: captcha },
  { method: "POST", path: "/passkeys/authentication/verify", body: "challenge_id credential", action: "verify" },
  { method: "PATCH", path: "/passkeys/{id}", body: "friendly_name" },
  { method: "DELETE", path: "/passkeys/{id}", proof: true },

  { method: "GET", path: "/authorize", query: provider },
  { method: "GET", path: "/callback", query: returned },
  { method: "POST", path: "/callback", query: returned, body: returned, form: true },
  {
    method: "POST",
    path: "/sso",
    body: `provider_id domain redirect_to skip_http_redirect ${challenge} ${captcha}`,
  },
  { method: "GET", path: "/sso/saml/metadata", query: "download" },
  { method: "POST", path: "/sso/saml/acs", body: "SAMLResponse SAMLart RelayState", form: true },
  { method: "GET", path: "/oauth/authorizations/{name}" },
  { method: "POST", path: "/oauth/authorizations/{name}/consent", body: "action" },

  { method: "POST", path: "/invite", query: "redirect_to", body: "email data" },
  {
    method: "POST",
    path: "/admin/generate_link",
    query: "redirect_to",
    body: "type email new_email password data redirect_to",
  },
  { method: "GET", path: "/admin/audit", query: `query ${pages}` },
  { method: "GET", path: "/admin/users", query: `filter sort ${pages}` },
  { method: "POST", path: "/admin/users", body: account },
  { method: "GET", path: "/admin/users/{id}" },
  { method: "PUT", path: "/admin/users/{id}", body: account },
  { method: "DELETE", path: "/admin/users/{id}", body: "should_soft_delete" },
  { method: "GET", path: "/admin/users/{id}/factors" },
  { method: "PUT", path: "/admin/users/{id}/factors/{id}", body: "friendly_name phone" },
  { method: "DELETE", path: "/admin/users/{id}/factors/{id}" },
  { method: "GET", path: "/admin/users/{id}/passkeys" },
  { method: "DELETE", path: "/admin/users/{id}/passkeys/{id}" },
  { method: "GET", path: "/admin/sso/providers", query: "resource_id resource_id_prefix" },
  { method: "POST", path: "/admin/sso/providers", body: ssoProvider },
  { method: "GET", path: "/admin/sso/providers/{name}" },
  { method: "PUT", path: "/admin/sso/providers/{name}", body: ssoProvider },
  { method: "DELETE", path: "/admin/sso/providers/{name}" },
  { method: "GET", path: "/admin/oauth/clients", query: pages },
  { method: "POST", path: "/admin/oauth/clients", body: oauthClient },
  { method: "GET", path: "/admin/oauth/clients/{id}" },
  { method: "PUT", path: "/admin/oauth/clients/{id}", body: oauthClient },
  { method: "DELETE", path: "/admin/oauth/clients/{id}" },
  { method: "POST", path: "/admin/oauth/clients/{id}/regenerate_secret" },
  { method: "GET", path: "/admin/custom-providers", query: "type" },
  { method: "POST", path: "/admin/custom-providers", body: customProvider },
  { method: "GET", path: "/admin/custom-providers/{name}" },
  { method: "PUT", path: "/admin/custom-providers/{name}", body: customProvider },
  { method: "DELETE", path: "/admin/custom-providers/{name}" },
];
