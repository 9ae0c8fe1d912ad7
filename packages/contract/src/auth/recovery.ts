import { z } from "zod";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "auth";
const email = z.email().max(255).trim().toLowerCase();
const password = text().min(1).max(1024);
const tokenHash = text().trim().min(8).max(200).meta({ description: "from the link in the mail, behind #token_hash=" });

export const recover = operation({
  id: "recover",
  method: "POST",
  path: "/api/v1/auth/recover",
  repeatable: true,
  tag,
  summary: "Send a link for a new password; the answer is the same whether there is such an account or not",
  access: "public",
  body: z.object({ email }),
  status: 202,
  result: null,
  errors: ["mail_unavailable", "rate_limited"],
});

export const resendConfirmation = operation({
  id: "resendConfirmation",
  method: "POST",
  path: "/api/v1/auth/register/resend",
  repeatable: true,
  tag,
  summary:
    "Send the mail that confirms a new account's address once more; the answer is the same whether anything waits for it or not",
  access: "public",
  body: z.object({ email }),
  status: 202,
  result: null,
  errors: ["mail_unavailable", "rate_limited"],
});

export const confirmRecovery = operation({
  id: "confirmRecovery",
  method: "POST",
  path: "/api/v1/auth/recover/confirm",
  tag,
  summary:
    "Choose a new password by a mailed link, or the first one by an invitation; every session of the account ends",
  access: "public",
  body: z
    .object({
      tokenHash: tokenHash.optional(),
      accessToken: text().max(16_384).optional().meta({
        description:
          "in place of tokenHash, from a link of Supabase's own making (#access_token=): of a session that a mail opened",
      }),
      password,
      type: z.enum(["recovery", "invite"]).default("recovery"),
    })
    .refine(({ tokenHash: hash, accessToken }) => (hash === undefined) !== (accessToken === undefined), {
      message: "Send either tokenHash or accessToken.",
    }),
  status: 204,
  result: null,
  errors: ["link_expired", "weak_password", "user_disabled", "rate_limited"],
});

export const confirmEmail = operation({
  id: "confirmEmail",
  method: "POST",
  path: "/api/v1/auth/email/confirm",
  tag,
  summary: "Confirm an email address by a mailed link; half: the other mailbox has to confirm as well. Signs nobody in",
  access: "public",
  body: z.object({ tokenHash, type: z.enum(["signup", "email_change"]) }),
  status: 200,
  result: z.object({ outcome: z.enum(["confirmed", "half"]) }),
  errors: ["link_expired", "email_taken", "user_disabled", "rate_limited"],
});

export const changeEmail = operation({
  id: "changeEmail",
  method: "POST",
  path: "/api/v1/auth/email",
  tag,
  summary:
    "Change my email address, once both mailboxes have confirmed it; without mail only an administrator changes it",
  access: "signed-in",
  body: z.object({ email, currentPassword: password }),
  status: 200,
  result: z.object({ email: z.string(), pendingEmail: z.string().nullable() }),
  errors: [
    "invalid_credentials",
    "email_taken",
    "mail_unavailable",
    "mfa_required",
    "recent_proof_required",
    "rate_limited",
  ],
});
