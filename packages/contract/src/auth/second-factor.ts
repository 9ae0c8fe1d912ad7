import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { passkeyAnswerSchema, passkeyQuestionSchema } from "./passkeys.ts";
import { sessionGrantSchema, transportSchema } from "./sign-in.ts";

const tag = "auth";
const code = text().trim().min(6).max(10).meta({ description: "what the authenticator shows" });

const signInChallenge = text().min(1).max(16_384);

export const factorSchema = z
  .object({
    id: uuid,
    name: z.string(),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .meta({ id: "Factor" });
export type Factor = z.infer<typeof factorSchema>;

export const listFactors = operation({
  id: "listFactors",
  method: "GET",
  path: "/api/v1/auth/mfa/factors",
  tag,
  summary: "My second factors, and how many recovery codes are left",
  access: "signed-in",
  beforeSecondFactor: true,
  status: 200,
  result: z.object({
    items: z.array(factorSchema),
    recoveryCodesLeft: z.number().int(),
    /** Whether this server asks this person for one. */
    required: z.boolean(),
  }),
  errors: [],
});

export const enrolFactor = operation({
  id: "enrolFactor",
  method: "POST",
  path: "/api/v1/auth/mfa/factors",
  tag,
  summary: "Begin to set up an authenticator app (TOTP): its secret, as text and as a QR code",
  access: "signed-in",
  recentProof: true,
  beforeSecondFactor: true,
  body: z.object({ name: text().trim().min(1).max(60) }),
  status: 201,
  result: z.object({
    id: uuid,
    secret: z.string().meta({ description: "base32" }),
    uri: z.string().meta({ description: "otpauth:" }),
    qrCode: z.string().meta({ description: "an SVG image as a data: address" }),
  }),
  errors: ["recent_proof_required", "conflict", "rate_limited"],
});

export const confirmFactor = operation({
  id: "confirmFactor",
  method: "POST",
  path: "/api/v1/auth/mfa/factors/{id}/verify",
  tag,
  summary:
    "Finish setting up: the session continues with new tokens, other sessions end; the first factor brings recovery codes",
  access: "signed-in",
  recentProof: true,
  beforeSecondFactor: true,
  params: idParams,
  body: z.object({ code, transport: transportSchema.default("cookie") }),
  status: 200,
  result: sessionGrantSchema.extend({
    recoveryCodes: z
      .array(z.string())
      .nullable()
      .meta({ description: "shown this once; null where there are some already" }),
  }),
  errors: ["recent_proof_required", "not_found", "mfa_code_wrong", "rate_limited"],
});

export const removeFactor = operation({
  id: "removeFactor",
  method: "DELETE",
  path: "/api/v1/auth/mfa/factors/{id}",
  tag,
  summary: "Remove a second factor; with the last one the recovery codes go too",
  access: "signed-in",
  recentProof: true,
  beforeSecondFactor: true,
  params: idParams,
  status: 204,
  result: null,
  errors: ["recent_proof_required", "not_found"],
});

export const renewRecoveryCodes = operation({
  id: "renewRecoveryCodes",
  method: "POST",
  path: "/api/v1/auth/mfa/recovery-codes",
  tag,
  summary: "Ten new recovery codes, shown this once; the old ones stop working",
  access: "signed-in",
  recentProof: true,
  status: 200,
  result: z.object({ recoveryCodes: z.array(z.string()) }),
  errors: ["recent_proof_required", "conflict"],
});

export const verifySecondFactor = operation({
  id: "verifySecondFactor",
  method: "POST",
  path: "/api/v1/auth/mfa/verify",
  servedInMaintenance: true,
  tag,
  summary: "Finish a sign-in that was answered with mfa_required: with a code, a passkey, or a recovery code",
  access: "public",
  body: z.object({
    challenge: signInChallenge,
    code: code.optional(),
    passkey: passkeyAnswerSchema.optional(),
    recoveryCode: text().trim().min(8).max(40).optional(),
    transport: transportSchema.default("cookie"),
  }),
  status: 200,
  result: sessionGrantSchema,
  errors: [
    "mfa_challenge_expired",
    "mfa_code_wrong",
    "passkey_refused",
    "passkey_challenge_expired",
    "invalid_request",
    "session_ended",
    "user_disabled",
    "rate_limited",
  ],
});

export const startSecondStep = operation({
  id: "startSecondStep",
  method: "POST",
  path: "/api/v1/auth/mfa/start",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary:
    "How a sign-in that was answered with mfa_required can be finished, and what the browser needs to use a passkey for it",
  access: "public",
  body: z.object({ challenge: signInChallenge }),
  status: 200,
  result: z.object({
    /** There is an authenticator app, whose code will do. */
    app: z.boolean(),
    passkey: passkeyQuestionSchema.nullable().meta({ description: "null where there is none" }),
  }),
  errors: ["mfa_challenge_expired", "session_ended", "rate_limited"],
});

export const adminResetFactors = operation({
  id: "adminResetFactors",
  method: "DELETE",
  path: "/api/v1/admin/users/{id}/factors",
  tag: "admin",
  summary: "Remove the second factors and recovery codes of a user who lost them; their sessions end",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "recent_proof_required"],
});
