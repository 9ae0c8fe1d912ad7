export { type CleanUpCounts, cleanUpIdentity } from "./clean-up/clean-up.ts";
export {
  defaultIdentityConfig,
  type IdentityConfig,
  type OidcProvider,
  type RateLimit,
  type ThrottledAction,
} from "./config.ts";
export { IdentityError } from "./errors.ts";
export { uuidPattern } from "./http/body.ts";
export { type AccessTokenClaims, type ApiKeyRole, mintApiKey, verifyAccessToken } from "./keys/access-token.ts";
export { open as openSecret, seal as sealSecret } from "./keys/at-rest.ts";
export { explainKeySet } from "./keys/key-set.ts";
export {
  createSigningKeys,
  findVerifyingKey,
  importSigningKeys,
  rotateSigningKeys,
  type SigningKeys,
} from "./keys/signing-keys.ts";
export { type CustomTemplates, readTemplates } from "./mail/custom-templates.ts";
export { createSmtpMailer, type Mail, type Mailer, type SmtpOptions } from "./mail/mailer.ts";
export { alertEmail } from "./mail/templates/alert.ts";
export { digestEmail } from "./mail/templates/digest.ts";
export { securityNoticeEmail } from "./mail/templates/security-notice.ts";
export { type IdentityMigration, identityMigrations } from "./migrations.ts";
export { knownProviders } from "./oidc/known-providers.ts";
export { createPasswordHasher, type PasswordHasher, type PasswordHasherOptions } from "./password/hash-password.ts";
export { createKnownPasswords, type KnownPasswords } from "./password/known-passwords.ts";
export { type IdentityOptions, identityPlugin } from "./plugin.ts";
export type {
  Caller,
  IdentityHooks,
  IdentityLog,
  OutageOf,
  SecurityChange,
  SignInEvent,
  SignUpContext,
} from "./service.ts";
export { byMail } from "./sessions/session-proof.ts";
export { addressKey } from "./throttle/throttle.ts";
