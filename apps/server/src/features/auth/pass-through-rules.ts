import type { ThrottleAction } from "./throttle-policy.ts";

export interface PassThroughRules {
  /** What the request is counted as; null: not at all. */
  action: ThrottleAction | null;
  /** The account that is tried, where the body names one. */
  account: string | null;
  /** Successes count as well: what is made or mailed for nothing. */
  counts: boolean;
  /** Answered in place of passing the request on, in the contract's own form. */
  refusal: { code: string; message: string } | null;
  /** Replaces the body. */
  body: string | null;
  /** Whether there is such an account is not told: a refusal for want of one is answered like a success. */
  concealed: boolean;
}

const actions: Record<string, ThrottleAction> = {
  "/signup": "register",
  "/verify": "verify",
  "/otp": "mail",
  "/magiclink": "mail",
  "/recover": "mail",
  "/resend": "mail",
};

/**
 * How a request for a real Supabase's `/auth/v1` is treated on its way: a stock self-hosted one limits nothing by address or account.
 * Without open sign-up nobody makes an account by our door, whatever Supabase's own setting says.
 */
export function judgePassThrough(
  method: string,
  path: string,
  body: Buffer | null,
  signup: "closed" | "invite" | "open",
): PassThroughRules {
  const rules: PassThroughRules = {
    action: null,
    account: null,
    counts: false,
    refusal: null,
    body: null,
    concealed: false,
  };
  if (method !== "POST") return rules;
  const { pathname, searchParams } = new URL(path, "http://identity.internal");
  const fields = parse(body);
  const named = fields.email ?? fields.phone;
  if (typeof named === "string" && named !== "") rules.account = named;
  if (pathname === "/token") {
    const grant = searchParams.get("grant_type");
    rules.action = grant === "password" ? "sign-in" : grant === "refresh_token" ? "refresh" : "verify";
  } else if (/^\/factors\/[^/]+\/verify$/.test(pathname)) {
    rules.action = "mfa";
  } else {
    rules.action = actions[pathname] ?? null;
  }
  rules.concealed = pathname === "/otp" || pathname === "/magiclink";
  rules.counts = rules.action === "register" || rules.action === "mail";
  if (signup === "open") return rules;
  if (pathname === "/signup") {
    rules.refusal = { code: "signup_disabled", message: "Signups not allowed for this instance" };
  }
  if (pathname === "/otp" || pathname === "/magiclink") rules.body = JSON.stringify({ ...fields, create_user: false });
  return rules;
}

function parse(body: Buffer | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body?.toString("utf8") ?? "");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
