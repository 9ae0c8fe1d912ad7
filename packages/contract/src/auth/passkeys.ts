import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { sessionGrantSchema, transportSchema } from "./sign-in.ts";

const tag = "auth";
const json = z.record(text(), z.unknown());
const name = text().trim().min(1).max(60);

/** What a browser is asked: `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` reads the options. */
export const passkeyQuestionSchema = z
  .object({
    challengeId: z.string().meta({ description: "to be sent back with the answer, within five minutes" }),
    options: json.meta({ description: "WebAuthn's options in their JSON form" }),
  })
  .meta({ id: "PasskeyQuestion" });

export const passkeyAnswerSchema = z
  .object({
    challengeId: text().min(1).max(100),
    credential: json.meta({ description: "the credential's toJSON()" }),
  })
  .meta({ id: "PasskeyAnswer" });
export type PasskeyAnswer = z.infer<typeof passkeyAnswerSchema>;

export const passkeySchema = z
  .object({ id: uuid, name: z.string(), createdAt: timestamp, lastUsedAt: timestamp.nullable() })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof passkeySchema>;

export const listPasskeys = operation({
  id: "listPasskeys",
  method: "GET",
  path: "/api/v1/auth/passkeys",
  tag,
  summary: "My passkeys, oldest first",
  access: "signed-in",
  beforeSecondFactor: true,
  status: 200,
  result: z.object({ items: z.array(passkeySchema) }),
  errors: [],
});

export const startPasskey = operation({
  id: "startPasskey",
  method: "POST",
  path: "/api/v1/auth/passkeys/start",
  repeatable: true,
  tag,
  summary: "Begin to add a passkey: what the browser needs to make one",
  access: "signed-in",
  recentProof: true,
  beforeSecondFactor: true,
  status: 200,
  result: passkeyQuestionSchema,
  errors: ["recent_proof_required", "conflict", "not_found", "rate_limited"],
});

export const addPasskey = operation({
  id: "addPasskey",
  method: "POST",
  path: "/api/v1/auth/passkeys",
  tag,
  summary:
    "Add the passkey that the browser made; where a second factor is required it is one, and the first brings recovery codes",
  access: "signed-in",
  beforeSecondFactor: true,
  body: passkeyAnswerSchema.extend({ name }),
  status: 201,
  result: z.object({
    passkey: passkeySchema,
    recoveryCodes: z
      .array(z.string())
      .nullable()
      .meta({ description: "shown this once; null where there are some already, or none are needed" }),
  }),
  errors: ["conflict", "not_found", "passkey_refused", "passkey_challenge_expired", "rate_limited"],
});

export const renamePasskey = operation({
  id: "renamePasskey",
  method: "PATCH",
  path: "/api/v1/auth/passkeys/{id}",
  tag,
  summary: "Rename a passkey",
  access: "signed-in",
  params: idParams,
  body: z.object({ name }),
  status: 200,
  result: passkeySchema,
  errors: ["not_found"],
});

export const removePasskey = operation({
  id: "removePasskey",
  method: "DELETE",
  path: "/api/v1/auth/passkeys/{id}",
  tag,
  summary: "Remove a passkey; with the last of passkeys and second factors the recovery codes go too",
  access: "signed-in",
  recentProof: true,
  beforeSecondFactor: true,
  params: idParams,
  status: 204,
  result: null,
  errors: ["recent_proof_required", "not_found"],
});

export const startPasskeySignIn = operation({
  id: "startPasskeySignIn",
  method: "POST",
  path: "/api/v1/auth/passkeys/sign-in/start",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary: "Begin to sign in with a passkey: no name is needed, the passkey says whose it is",
  access: "public",
  status: 200,
  result: passkeyQuestionSchema,
  errors: ["not_found", "rate_limited"],
});

export const signInWithPasskey = operation({
  id: "signInWithPasskey",
  method: "POST",
  path: "/api/v1/auth/passkeys/sign-in",
  servedInMaintenance: true,
  tag,
  summary: "Sign in with a passkey, which stands for password and second factor",
  access: "public",
  body: passkeyAnswerSchema.extend({ transport: transportSchema.default("cookie") }),
  status: 200,
  result: sessionGrantSchema,
  errors: [
    "passkey_refused",
    "passkey_challenge_expired",
    "user_disabled",
    "approval_pending",
    "not_in_group",
    "email_not_confirmed",
    "mfa_required",
    "not_found",
    "rate_limited",
  ],
});
