import { z } from "zod";
import { timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { transportSchema } from "./sign-in.ts";

const tag = "auth";

export const proofStatus = operation({
  id: "proofStatus",
  method: "GET",
  path: "/api/v1/auth/prove",
  tag,
  summary: "Until when this session counts as recently proved, and by what it can prove itself again",
  access: "signed-in",
  beforeSecondFactor: true,
  status: 200,
  result: z.object({
    until: timestamp.nullable().meta({ description: "null: not proved recently" }),
    password: z.boolean().meta({ description: "the account has a password, which has to be given" }),
    code: z.boolean().meta({ description: "the account has an authenticator, whose code has to be given" }),
  }),
  errors: [],
});

export const prove = operation({
  id: "prove",
  method: "POST",
  path: "/api/v1/auth/prove",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary:
    "Confirm that it is me, with everything that the account has: password, and code or recovery code; opens what asks for a recent proof",
  access: "signed-in",
  beforeSecondFactor: true,
  body: z.object({
    password: text().min(1).max(1024).optional(),
    code: text().trim().min(6).max(10).optional(),
    recoveryCode: text().trim().min(8).max(40).optional(),
    transport: transportSchema.default("cookie"),
  }),
  status: 200,
  result: z.object({
    until: timestamp,
    accessToken: z.string().optional().meta({ description: 'a code brings new tokens; with "bearer" they are here' }),
    refreshToken: z.string().optional(),
    expiresAt: timestamp.optional(),
  }),
  errors: ["invalid_request", "invalid_credentials", "mfa_code_wrong", "recent_proof_required", "rate_limited"],
});
