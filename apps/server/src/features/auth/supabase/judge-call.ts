import { mailAccount } from "../recovery/request-mail.ts";
import type { ThrottleAction } from "../throttle/throttle-policy.ts";
import type { AllowedCall } from "./allowed-calls.ts";
import type { Fields } from "./read-body.ts";
import type { Call } from "./read-call.ts";
import { RefusedCall } from "./refused-call.ts";

/** What is passed on, and how it is counted. */
export interface JudgedCall {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly fields: Fields | null;
  /** What the request is counted as; null: not at all. */
  readonly action: ThrottleAction | null;
  /** The account that is tried, where the body names one. */
  readonly account: string | null;
  /** Counted by whose session it is. */
  readonly bySession: boolean;
  /** Successes count as well: what is made or mailed for nothing. */
  readonly counts: boolean;
  /** Whether there is such an account is not told: a refusal for want of one is answered like a success. */
  readonly concealed: boolean;
}

/**
 * How a call to a real Supabase's `/auth/v1` is treated on its way: a stock self-hosted one limits nothing by address or account. Without open
 * sign-up nobody makes an account at our address, whatever Supabase's own setting says.
 * @throws RefusedCall
 */
export function judgeCall({ allowed, path, query, fields }: Call, signup: "closed" | "invite" | "open"): JudgedCall {
  if (signup !== "open" && allowed.closed === "refused") {
    throw new RefusedCall(422, "signup_disabled", "Signups not allowed for this instance");
  }
  const action = actionOf(allowed, fields);
  const bySession = action === "mfa" || action === "password";
  const named = action && !bySession && fields ? nameOnce(fields) : { fields, account: null };
  const existing = signup !== "open" && allowed.closed === "existing accounts";
  return {
    // `/magiclink` makes an account for an address that has none, and cannot be told not to.
    path: existing ? "/otp" : path,
    query,
    fields: existing ? { ...named.fields, create_user: false } : named.fields,
    action,
    account: path === "/resend" && named.account ? mailAccount("confirmation", named.account) : named.account,
    bySession,
    counts: action === "register" || action === "mail",
    concealed: path === "/otp" || path === "/magiclink",
  };
}

/** A password is tried by `PUT /user` only where one is in it. */
function actionOf({ action, method }: AllowedCall, fields: Fields | null): ThrottleAction | null {
  if (method === "PUT" && fields?.password === undefined) return null;
  return action ?? null;
}

/**
 * The account that is counted is the one that is passed on, in the same letters: Supabase Auth would fold some that we tell apart.
 * @throws RefusedCall where two accounts are named, or something that is no text
 */
function nameOnce(fields: Fields): { fields: Fields; account: string | null } {
  const email = textOf(fields, "email").trim().toLowerCase();
  const phone = textOf(fields, "phone").replace(/^\+/, "").replaceAll(" ", "");
  if (email !== "" && phone !== "") {
    throw new RefusedCall(400, "validation_failed", "Only an email address or phone number should be provided");
  }
  const { email: _email, phone: _phone, ...rest } = fields;
  const named = { ...(email === "" ? {} : { email }), ...(phone === "" ? {} : { phone }) };
  return { fields: { ...rest, ...named }, account: email || phone || null };
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key] ?? "";
  if (typeof value !== "string") throw new RefusedCall(400, "bad_json", `The field ${key} must be a text`);
  return value.toWellFormed();
}
