import { z } from "zod";
import { timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { userSchema } from "./users.ts";

const email = z.email().max(255).trim().toLowerCase();

/** Length is judged by the server's policy, so that the error can say what it is. */
const password = text().min(1).max(1024);

/** Where the tokens of a sign-in go: into cookies that scripts never see, or into the answer. */
export const transportSchema = z.enum(["cookie", "bearer"]);

const transport = transportSchema.default("cookie");

/** What a sign-in answers. Tokens are in it only where the caller asked for `"transport": "bearer"`. */
export const sessionGrantSchema = z
  .object({
    user: userSchema,
    expiresAt: timestamp,
    accessToken: z.string().optional(),
    refreshToken: z.string().optional(),
  })
  .meta({ id: "SessionGrant" });

const credentials = z.object({ email, password, transport });

const tag = "auth";

export const register = operation({
  id: "register",
  method: "POST",
  path: "/api/v1/auth/register",
  repeatable: true,
  tag,
  summary:
    "Create an account and sign in; the answer says whether the email address must be confirmed or an administrator must approve first",
  access: "public",
  body: credentials,
  status: 201,
  result: z.union([
    sessionGrantSchema,
    z.object({ confirmationSentTo: z.string() }),
    z.object({ approvalPending: z.literal(true) }),
  ]),
  errors: ["signup_closed", "email_taken", "weak_password", "rate_limited", "disk_full"],
});

export const login = operation({
  id: "login",
  method: "POST",
  path: "/api/v1/auth/login",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "Sign in with email and password; mfa_required brings a challenge for the second step",
  access: "public",
  body: credentials,
  status: 200,
  result: sessionGrantSchema,
  errors: [
    "invalid_credentials",
    "user_disabled",
    "approval_pending",
    "not_in_group",
    "email_not_confirmed",
    "mfa_required",
    "rate_limited",
  ],
});

export const refresh = operation({
  id: "refresh",
  method: "POST",
  path: "/api/v1/auth/refresh",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "Get a new access token for a refresh token (from the cookie, or the body for bearer clients)",
  access: "public",
  body: z.object({ refreshToken: text().max(4096).optional(), transport: transportSchema.optional() }).default({}),
  status: 200,
  result: sessionGrantSchema,
  errors: ["session_ended", "user_disabled", "rate_limited"],
});

export const logout = operation({
  id: "logout",
  method: "POST",
  path: "/api/v1/auth/logout",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "End this session, all others, or all",
  access: "signed-in",
  beforeSecondFactor: true,
  body: z.object({ scope: z.enum(["local", "others", "global"]).default("local") }).default({ scope: "local" }),
  status: 204,
  result: null,
  errors: [],
});

export const currentSession = operation({
  id: "currentSession",
  method: "GET",
  path: "/api/v1/auth/session",
  tag,
  summary: "Who is signed in; user is null for nobody",
  access: "public",
  beforeSecondFactor: true,
  status: 200,
  result: z.object({
    user: userSchema.nullable(),
    expiresAt: timestamp.nullable(),
    /** A second factor must be set up before anything else is open. */
    secondFactorMissing: z.boolean().optional(),
    ended: z
      .boolean()
      .optional()
      .meta({ description: "there was a session, which was too old, not used for too long, or ended elsewhere" }),
  }),
  errors: [],
});

export const changePassword = operation({
  id: "changePassword",
  method: "POST",
  path: "/api/v1/auth/password",
  tag,
  summary: "Change my password; every other session ends, and my access tokens too where that is asked for",
  access: "signed-in",
  body: z.object({
    currentPassword: password,
    newPassword: password,
    revokeTokens: z.boolean().default(false).meta({ description: "revoke my access tokens and app passwords as well" }),
  }),
  status: 204,
  result: null,
  errors: ["invalid_credentials", "weak_password", "recent_proof_required", "rate_limited"],
});

export const setupStatus = operation({
  id: "setupStatus",
  method: "GET",
  path: "/api/v1/setup",
  tag: "setup",
  summary: "Is set-up open (no admin exists yet)?",
  access: "public",
  status: 200,
  result: z.object({ open: z.boolean() }),
  errors: [],
});

export const setup = operation({
  id: "setup",
  method: "POST",
  path: "/api/v1/setup",
  tag: "setup",
  summary: "Create the first admin and sign in",
  access: "setup",
  body: z.object({ token: text().min(1).max(200), email, password, transport }),
  status: 201,
  result: sessionGrantSchema,
  errors: ["setup_done", "setup_token_invalid", "weak_password", "rate_limited"],
});
