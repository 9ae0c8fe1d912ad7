import { z } from "zod";
import { byteCount } from "./common.ts";
import { operation } from "./operation.ts";
import { roleSchema, userSchema } from "./users.ts";

/** Who may make an account: nobody, who was invited, anybody, or anybody whom an administrator then approves. */
export const signupPolicySchema = z.enum(["closed", "invite", "open", "approval"]);
export type SignupPolicy = z.infer<typeof signupPolicySchema>;

/** Who has to have a second factor. */
export const secondFactorPolicySchema = z.enum(["nobody", "admins", "everybody"]);
export type SecondFactorPolicy = z.infer<typeof secondFactorPolicySchema>;

const signInSettings = z.object({ signup: signupPolicySchema, secondFactor: secondFactorPolicySchema });
const tag = "admin";

export const adminGetSettings = operation({
  id: "adminGetSettings",
  method: "GET",
  path: "/api/v1/admin/settings",
  tag,
  summary: "Who may make an account, and who needs a second factor",
  access: "admin",
  status: 200,
  result: signInSettings,
  errors: [],
});

export const adminUpdateSettings = operation({
  id: "adminUpdateSettings",
  method: "PATCH",
  path: "/api/v1/admin/settings",
  tag,
  summary: "Change them; they hold at once on every node",
  access: "admin",
  body: signInSettings.partial(),
  status: 200,
  result: signInSettings,
  errors: [],
});

export const adminInviteUser = operation({
  id: "adminInviteUser",
  method: "POST",
  path: "/api/v1/admin/users/invitations",
  tag,
  summary: "Invite somebody by mail, or by a link to hand over where no mail can be sent",
  access: "admin",
  body: z.object({
    email: z.email().max(255).trim().toLowerCase(),
    role: roleSchema.default("user"),
    displayName: z.string().trim().max(100).optional(),
    quotaBytes: byteCount.nullable().optional().meta({ description: "absent: the server's default" }),
    /** Hand the link over yourself even where mail can be sent. */
    asLink: z.boolean().default(false),
  }),
  status: 201,
  result: z.object({
    user: userSchema,
    link: z.string().nullable().meta({ description: "null: it was mailed. Lets its holder choose the password, once" }),
  }),
  errors: ["email_taken", "rate_limited"],
});
