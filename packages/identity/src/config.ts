import type { CustomTemplates } from "./mail/custom-templates.ts";

/** Requests of one kind that one address may make: `burst` at once, and `burst` again over `perSeconds`. */
export interface RateLimit {
  burst: number;
  perSeconds: number;
}

export interface OidcProvider {
  /** What clients name in `provider=`; also the `provider` of the identity row. Letters, digits, "-", "_", ":". */
  id: string;
  /** How it is spoken to; OpenID Connect where absent. GitHub (and GitHub Enterprise) has OAuth 2 and an API of its own. */
  kind?: "oidc" | "github";
  /** Shown by the host's sign-in page. */
  name: string;
  /** Where `/.well-known/openid-configuration` is found, such as `https://auth.example.org/realms/home`; of GitHub, its web address. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Of apps that get ID tokens by themselves: those are accepted as well. */
  otherClientIds?: string[];
  /** Asked for besides `openid email profile`, or `user:email` at GitHub. */
  scopes?: string[];
  /**
   * Believe the provider that an address belongs to the person even where it sends no `email_verified`. Some home
   * installations of Authentik and Keycloak never send it. Off by default: an unverified address could take over an account.
   */
  trustEmail?: boolean;
  /** The claim that names somebody's groups, kept as `groups` with their identity, where the host may read them. */
  groupsClaim?: string;
  /** Accept an `http:` issuer. For a provider in the same private network only. */
  allowHttp?: boolean;
}

export interface IdentityConfig {
  /** Where people land after links when nothing else is asked for and allowed. */
  siteUrl: string;
  /** Further allowed targets: exact addresses or globs (`*` stops at "." and "/", `**` does not, `?` is one character). */
  redirectAllowList: string[];
  /** The public address of this service, with its prefix: `https://files.example.org/auth/v1`. Mails and OIDC use it. */
  externalUrl: string;
  /** `open`: anybody; `invite`: who an administrator invited or made; `closed`: nobody but through the admin endpoints. */
  signup: "open" | "invite" | "closed";
  /** New accounts count as confirmed. Without a mailer this is so whatever is set. */
  autoconfirm: boolean;
  /** Allow sign-up without an address or password. */
  anonymous: boolean;
  passwordMinLength: number;
  /** One character at least out of each of these sets. */
  passwordRequiredCharacters: string[];
  /** Ask for a mailed code before a password change in a session older than a day. */
  passwordChangeNeedsReauthentication: boolean;
  /**
   * Seconds for which a session that has proved itself (a sign-in, a factor, a mailed link) may change password, address, factors and
   * identities. After that a request carries the present password or a mailed nonce, or the session proves itself again; else it is answered
   * 403 reauthentication_needed. Null: as Supabase Auth, which asks for nothing.
   */
  recentProof: number | null;
  /** Ask for the present password when a new one is set. */
  passwordChangeNeedsCurrentPassword: boolean;
  /** Without a mailer nobody but an administrator changes an address. Else it changes at once then, and counts as unproved. */
  emailChangeNeedsMail: boolean;
  /** A change of address must be confirmed from both mailboxes. */
  secureEmailChange: boolean;
  /** Let a signed-in person link and unlink OIDC identities. */
  manualLinking: boolean;
  /** Answer a request for a sign-in mail with 200 also where no account exists, in place of 422 otp_disabled. */
  concealAccounts: boolean;
  /** Seconds an access token lives. */
  jwtExpiry: number;
  /** The `iss` claim; `externalUrl` when undefined. */
  jwtIssuer?: string;
  /** Seconds in which a refresh token that was just swapped still yields the present one. */
  refreshReuseInterval: number;
  /** Seconds after which a session ends whatever happens; 0 is never. */
  sessionTimebox: number;
  /** Seconds without a refresh after which a session ends; 0 is never. */
  inactivityTimeout: number;
  /** Seconds that mailed codes and links are good for. */
  otpExpiry: number;
  /** Seconds that the link of an invitation is good for: it waits for somebody who did not ask for it. Its typed code has `otpExpiry`. */
  invitationExpiry: number;
  otpLength: number;
  /** Seconds that a PKCE authorization code or a started OIDC sign-in is good for. */
  flowExpiry: number;
  /** Seconds between two mails of one kind to one address. */
  mailFrequency: number;
  mfa: {
    enroll: boolean;
    verify: boolean;
    maxEnrolledFactors: number;
    /** Seconds. */
    challengeExpiry: number;
    /** Shown in authenticator apps. */
    issuer: string;
  };
  passkeys: {
    /** Origins of the pages that use passkeys, which belong to the host name of the first. Empty: to that of the page that asks. */
    origins: string[];
    maxPerUser: number;
    /** Seconds. */
    challengeExpiry: number;
  };
  oidc: OidcProvider[];
  /** The plugin's own limits; `null` leaves everything to `hooks.reserve`. */
  rateLimits: Record<ThrottledAction, RateLimit> | null;
  /** Failures against one account, whatever address they come from. A success sets the count back. */
  accountLimits: RateLimit | null;
  /** Answer cross-origin requests. Off when the host does it. */
  cors: boolean;
  /** The product's name in mails. */
  productName: string;
  /** An operator's own subjects and HTML (`readTemplates`), in place of the service's. */
  mailTemplates?: CustomTemplates;
  /** Where the link of a mail leads, in place of `/verify`: to a page of the host, which hands the hash to `POST /verify`. */
  emailLink?(message: { kind: string; tokenHash: string }): string;
}

export type ThrottledAction =
  | "sign_in"
  | "sign_up"
  | "anonymous"
  | "refresh"
  | "verify"
  | "mail"
  | "user"
  | "mfa"
  | "passkey"
  | "oidc";

/** Defaults of everything but the two addresses, which depend on the installation. */
export const defaultIdentityConfig: Omit<IdentityConfig, "siteUrl" | "externalUrl"> = {
  redirectAllowList: [],
  signup: "closed",
  autoconfirm: false,
  anonymous: false,
  passwordMinLength: 8,
  passwordRequiredCharacters: [],
  passwordChangeNeedsReauthentication: false,
  recentProof: null,
  passwordChangeNeedsCurrentPassword: false,
  emailChangeNeedsMail: false,
  secureEmailChange: true,
  manualLinking: false,
  concealAccounts: false,
  jwtExpiry: 3600,
  refreshReuseInterval: 10,
  sessionTimebox: 0,
  inactivityTimeout: 0,
  otpExpiry: 3600,
  invitationExpiry: 7 * 86_400,
  otpLength: 6,
  flowExpiry: 300,
  mailFrequency: 60,
  mfa: { enroll: true, verify: true, maxEnrolledFactors: 10, challengeExpiry: 300, issuer: "Holdfast" },
  passkeys: { origins: [], maxPerUser: 20, challengeExpiry: 300 },
  oidc: [],
  rateLimits: {
    sign_in: { burst: 30, perSeconds: 300 },
    sign_up: { burst: 30, perSeconds: 300 },
    anonymous: { burst: 30, perSeconds: 3600 },
    refresh: { burst: 150, perSeconds: 300 },
    verify: { burst: 30, perSeconds: 300 },
    mail: { burst: 30, perSeconds: 300 },
    user: { burst: 30, perSeconds: 300 },
    mfa: { burst: 15, perSeconds: 60 },
    passkey: { burst: 60, perSeconds: 300 },
    oidc: { burst: 30, perSeconds: 300 },
  },
  accountLimits: { burst: 10, perSeconds: 900 },
  cors: true,
  productName: "Holdfast",
};
