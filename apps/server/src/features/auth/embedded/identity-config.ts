import { defaultIdentityConfig, type IdentityConfig, type Mailer, type RateLimit } from "@holdfast/identity";
import type { Config } from "../../../config.ts";
import { openness, type SignInPolicy } from "../settings/sign-in-policy.ts";
import type { SiteUrl } from "../site/site-url.ts";

/** Where the service is served. */
export const prefix = "/auth/v1";

export type EmbeddedSettings = Pick<
  Config,
  "dataDir" | "publicUrl" | "port" | "auth" | "smtpUrl" | "smtpRequireTls" | "mailFrom"
>;
export type SmtpSettings = Pick<Config, "smtpRequireTls" | "mailFrom"> & { smtpUrl: string };

/** How the embedded service behaves, after the settings and after what is learned while the server runs. */
export function identityConfigOf(
  config: EmbeddedSettings,
  mailer: Mailer | null,
  policy: SignInPolicy,
  siteUrl: SiteUrl,
): IdentityConfig {
  return {
    ...defaultIdentityConfig,
    // Both may be learned while the server runs; what tokens name as their issuer stays.
    get siteUrl() {
      return siteUrl.current();
    },
    get externalUrl() {
      return `${siteUrl.current()}${prefix}`;
    },
    jwtIssuer: `${config.publicUrl ?? `http://localhost:${config.port}`}${prefix}`,
    // Asked again for every request; `identity-hooks.ts` has it read from the database before it counts.
    get signup() {
      return openness(policy.last().signup);
    },
    autoconfirm: config.auth.autoconfirm || mailer === null,
    anonymous: config.auth.anonymous,
    passwordMinLength: config.auth.passwordMinLength,
    recentProof: config.auth.supabaseChanges ? null : config.auth.recentProof,
    emailChangeNeedsMail: !config.auth.supabaseChanges,
    refreshReuseInterval: config.auth.reuseInterval,
    ...sessionLimits(config.auth),
    jwtExpiry: config.auth.jwtExpiry,
    redirectAllowList: [...config.auth.redirectUrls],
    otpLength: config.auth.otpLength,
    otpExpiry: config.auth.otpExpiry,
    mailFrequency: config.auth.mailInterval,
    manualLinking: config.auth.manualLinking,
    secureEmailChange: config.auth.doubleConfirm,
    concealAccounts: config.auth.concealAccounts,
    ...(config.auth.mailTemplates ? { mailTemplates: config.auth.mailTemplates } : {}),
    passkeys: {
      ...defaultIdentityConfig.passkeys,
      origins: config.publicUrl === null ? [] : [new URL(config.publicUrl).origin],
    },
    rateLimits: scaled(config.auth.rateLimit),
  };
}

/** When sessions end by themselves; 0 is never. */
export function sessionLimits({ sessionIdle, sessionLifetime }: Config["auth"]) {
  return { inactivityTimeout: sessionIdle, sessionTimebox: sessionLifetime };
}

/** The settings' one number is what an address may try at a secret in five minutes; the other limits keep their proportion to it. */
function scaled(limit: number): IdentityConfig["rateLimits"] {
  const usual = defaultIdentityConfig.rateLimits;
  if (limit === 0 || usual === null) return null;
  const scale = ({ burst, perSeconds }: RateLimit) => ({
    burst: Math.max(1, Math.round((burst * limit) / usual.sign_in.burst)),
    perSeconds,
  });
  return Object.fromEntries(Object.entries(usual).map(([action, of]) => [action, scale(of)])) as typeof usual;
}

export function smtpOptions({ smtpUrl, smtpRequireTls, mailFrom: from }: SmtpSettings) {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTls: smtpRequireTls,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    from,
  };
}
