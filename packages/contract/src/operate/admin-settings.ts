import { z } from "zod";
import { operation } from "../base/operation.ts";
import { directorySettingSchema } from "../people/directory.ts";

/** Who may make an account: nobody, who was invited, anybody, or anybody whom an administrator then approves. */
export const signupPolicySchema = z.enum(["closed", "invite", "open", "approval"]);
export type SignupPolicy = z.infer<typeof signupPolicySchema>;

/** Who has to have a second factor. */
export const secondFactorPolicySchema = z.enum(["nobody", "admins", "everybody"]);
export type SecondFactorPolicy = z.infer<typeof secondFactorPolicySchema>;

const adminSettings = z.object({
  signup: signupPolicySchema,
  secondFactor: secondFactorPolicySchema,
  directory: directorySettingSchema,
});
const tag = "admin";

export const adminGetSettings = operation({
  id: "adminGetSettings",
  method: "GET",
  path: "/api/v1/admin/settings",
  tag,
  summary: "Who may make an account, who needs a second factor, and who finds whom",
  access: "admin",
  status: 200,
  result: adminSettings,
  errors: [],
});

export const adminUpdateSettings = operation({
  id: "adminUpdateSettings",
  method: "PATCH",
  path: "/api/v1/admin/settings",
  tag,
  summary: "Change them; they hold at once on every node",
  access: "admin",
  body: adminSettings.partial(),
  status: 200,
  result: adminSettings,
  errors: [],
});
