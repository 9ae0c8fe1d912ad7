import { setTimeout as sleep } from "node:timers/promises";
import { isAuthRetryableFetchError } from "@supabase/auth-js";
import { audit } from "../../../platform/audit/audit.ts";
import { createHourlyBudget } from "../../../platform/audit/hourly-budget.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { AuthDeps } from "../auth.deps.ts";
import type { Caller } from "../identity/identity-client.ts";

/** Anybody can ask, in anybody's name: beyond this, no entry of the audit log is made of it until the hour is over. */
const mayNote = createHourlyBudget(300);

/** What anybody may have sent to an address without being signed in. */
export type AskedMail = "recovery" | "confirmation";

/** How long every answer takes with a Supabase, in ms: it looks at the account and speaks to the mail server before it answers. */
const EVEN_MS = 400;

/**
 * Has a mail sent where there is an account that it is for. Neither what is answered nor when tells whether there is one. Every request
 * counts, so that nobody's mailbox is flooded.
 * @throws ProblemError mail_unavailable, rate_limited, unavailable
 */
export async function requestMail(
  deps: AuthDeps,
  kind: AskedMail,
  email: string,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  if (!deps.mail) {
    throw new ProblemError(
      "mail_unavailable",
      "This server sends no mail. Ask an administrator for a new password; who runs the server can set one with `holdfast user reset-password`.",
    );
  }
  const parts = { account: mailAccount(kind, email), ip: caller.ip };
  await deps.throttle.spend("mail", parts);
  const action = kind === "recovery" ? "user.recover" : "user.resend_confirmation";
  if (mayNote(deps.clock.now())) await audit(deps.db, origin, { action, targetId: null, detail: { email } });
  // Last: nothing of ours waits for what the service does for an account.
  const page = `${deps.siteUrl.current()}/recover`;
  const send = kind === "recovery" ? deps.identity.sendRecovery : deps.identity.resendConfirmation;
  await evenly(deps, send(email, page, caller));
}

/** The embedded service answers before it looks at the account; a Supabase is given a set time, and goes on by itself after it. */
async function evenly({ remote, log }: AuthDeps, sending: Promise<void>): Promise<void> {
  let failure: unknown = null;
  const settled = sending.catch((error: unknown) => {
    failure = error;
    // That a mail was sent lately is said of accounts alone.
    if (error instanceof ProblemError && error.code === "rate_limited") return;
    log.warn({ err: error }, "a mail that was asked for may not have been sent");
  });
  await (remote ? sleep(EVEN_MS) : settled);
  if (isAway(failure)) throw failure;
}

/** Nobody answered at all: no word on the account. A 500 may come of a mail server that refused the address. */
function isAway(failure: unknown): boolean {
  if (!(failure instanceof ProblemError)) return false;
  return isAuthRetryableFetchError(failure.cause) && [0, 502, 503, 504].includes(failure.cause.status ?? 0);
}

/** What a mail is counted by: who signs up, even twice, may ask for a new password a moment later. */
export function mailAccount(kind: AskedMail, email: string): string {
  return kind === "recovery" ? email : `${email}\0confirmation`;
}

/** Who has just shown that they read this mailbox may ask for the next mail at once. */
export async function forgetMails({ throttle }: Pick<AuthDeps, "throttle">, email: string): Promise<void> {
  for (const kind of ["recovery", "confirmation"] as const) {
    await throttle.countSuccess("mail", { account: mailAccount(kind, email) });
  }
}
