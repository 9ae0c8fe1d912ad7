import type { FastifyRequest } from "fastify";
import type { Pool } from "pg";
import type { IdentityConfig, OidcProvider, ThrottledAction } from "./config.ts";
import type { SigningKeys } from "./keys/signing-keys.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { PasswordHasher } from "./password/hash-password.ts";
import type { KnownPasswords } from "./password/known-passwords.ts";
import type { Throttle } from "./throttle/throttle.ts";

/** What every part of the service works with. Built once by the plugin from its options. */
export interface Identity {
  pool: Pool;
  config: IdentityConfig;
  keys(): SigningKeys;
  /** The OpenID providers as they are now. */
  providers(): Promise<readonly OidcProvider[]>;
  mailer: Mailer | null;
  now(): Date;
  hooks: IdentityHooks;
  outageOf: OutageOf;
  log: IdentityLog;
  passwords: PasswordHasher;
  /** Null: any that is long enough is taken. */
  knownPasswords: KnownPasswords | null;
  throttle: Throttle;
  /** Work that the answer must not wait for, such as mail; waited for when the server closes. */
  background(what: string, work: () => Promise<void>): void;
}

export interface IdentityLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SignUpContext {
  email: string | null;
  method: "password" | "otp" | "anonymous" | "oidc";
  /** `email`, `anonymous`, or the id of an OIDC provider. */
  provider: string;
  /** As sent by the person or the provider; not to be trusted. */
  userMetadata: Record<string, unknown>;
  ip: string;
}

export interface SignInEvent {
  /** Null when no account was found. */
  userId: string | null;
  /** Null for failures. */
  sessionId: string | null;
  email: string | null;
  /** `password`, `otp`, `oauth`, `anonymous`, `totp`, `webauthn`, `passkey`. */
  method: string;
  /** `success` or an error code of the contract. */
  outcome: string;
  ip: string;
  userAgent: string | null;
}

/** How somebody signs in was changed, by themselves. */
export interface SecurityChange {
  userId: string;
  kind: "password" | "email" | "factor_added" | "factor_removed" | "passkey_added" | "passkey_removed";
  /** What the account had before, where it was the address that changed. */
  formerEmail: string | null;
  ip: string;
  userAgent: string | null;
}

/**
 * Whether an error means that the database is away, in the host's words: answered with 503. Without a number of seconds the caller is not
 * asked to try again.
 */
export type OutageOf = (error: unknown) => { message: string; retryAfterSeconds?: number } | null;

/** An attempt that the host has counted before it is made, so that many at once get no further than one after the other. */
export interface Reservation {
  /** 0 to go on; else it is refused, and there is nothing to settle. */
  waitSeconds: number;
  /** What it came to, to be told once. `failure` leaves it counted; `neither`: it was none after all. */
  settle(outcome: "success" | "failure" | "neither"): Promise<void>;
}

export interface IdentityHooks {
  /**
   * Asked before an account is made by anybody but an administrator. `undefined` leaves it to `config.signup`; `allow`
   * overrides that in both directions. The message of a refusal is shown to the person.
   */
  beforeSignUp?(context: SignUpContext): Promise<undefined | { allow: true } | { allow: false; message: string }>;
  /** Told of every sign-in, successful or not, before the answer. What it throws is logged and changes nothing. */
  onSignIn?(event: SignInEvent): Promise<void>;
  /**
   * Told, after the commit, that a password was set by somebody who did not show the former one: by a mailed link, or by an administrator.
   * What the account had given out before is to end. What it throws is logged and changes nothing.
   */
  onPasswordReset?(userId: string): Promise<void>;
  /** Told of a change after the commit. What it throws is logged and changes nothing. */
  onSecurityChange?(change: SecurityChange): Promise<void>;
  /** Asked before the plugin's own limits; null: the host does not count this. `account` is an address or a user id. */
  reserve?(attempt: { action: ThrottledAction; account: string | null; ip: string }): Promise<Reservation | null>;
  /** Asked for every request with an administrator's key. `id` is its `jti`, `issuedAt` its `iat` (0 where it has none). */
  isKeyRevoked?(key: { id: string | null; issuedAt: number }): Promise<boolean>;
  /**
   * Whether the host wants a second factor of this person. Their passkeys are one, as they ask for a PIN or a finger, and the password alone
   * then neither adds nor removes a passkey or a factor. Without the hook that is so for who has a factor.
   */
  needsSecondFactor?(user: { id: string }): Promise<boolean>;
  /** What the host counts by account itself: `accountLimits` are not asked then. */
  readonly countsAccountsOf?: readonly ThrottledAction[];
}

/** Who asks, for sessions and the log. */
export interface Caller {
  ip: string;
  userAgent: string | null;
}

export function callerOf(request: FastifyRequest): Caller {
  return { ip: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 1024) ?? null };
}

export async function reportSignIn(identity: Identity, event: SignInEvent): Promise<void> {
  try {
    await identity.hooks.onSignIn?.(event);
  } catch (error) {
    identity.log.error({ err: error }, "a sign-in could not be recorded");
  }
}

export async function reportPasswordReset(identity: Identity, userId: string): Promise<void> {
  try {
    await identity.hooks.onPasswordReset?.(userId);
  } catch (error) {
    identity.log.error(
      { err: error, userId },
      "what an account gave out before its password was reset could not be ended",
    );
  }
}

export async function reportChange(
  identity: Identity,
  userId: string,
  kind: SecurityChange["kind"],
  caller: Caller,
  formerEmail: string | null = null,
): Promise<void> {
  try {
    await identity.hooks.onSecurityChange?.({ userId, kind, formerEmail, ...caller });
  } catch (error) {
    identity.log.error({ err: error, userId }, "nobody could be told of a change of how an account signs in");
  }
}

/** Accounts confirm themselves where no mail can be sent. */
export function confirmsItself(identity: Identity): boolean {
  return identity.config.autoconfirm || identity.mailer === null;
}
