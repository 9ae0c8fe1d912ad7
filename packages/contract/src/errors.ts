import { z } from "zod";

/**
 * Every error a client can get: the code that programs read, the HTTP status it is answered with, and a title for people.
 * The `detail` of an answer says what happened this time and what to do about it.
 */
export const errorCodes = {
  invalid_request: { status: 400, title: "The request is not valid" },
  invalid_cursor: { status: 400, title: "The cursor is not valid" },
  invalid_json: { status: 400, title: "The body is not valid JSON" },
  length_mismatch: { status: 400, title: "The body is not as long as announced" },
  checksum_mismatch: { status: 460, title: "The bytes do not match their checksum" },
  unauthenticated: { status: 401, title: "Sign in first" },
  invalid_credentials: { status: 401, title: "Email or password is wrong" },
  session_ended: { status: 401, title: "The session has ended" },
  share_password_required: { status: 401, title: "This link needs a password" },
  share_password_wrong: { status: 401, title: "The password is wrong" },
  forbidden: { status: 403, title: "You are not allowed to do this" },
  bad_origin: { status: 403, title: "The request comes from another site" },
  signup_closed: { status: 403, title: "Sign-up is closed" },
  user_disabled: { status: 403, title: "This account is disabled" },
  email_not_confirmed: { status: 403, title: "The email address is not confirmed yet" },
  approval_pending: { status: 403, title: "The account has to be approved by an administrator" },
  mfa_code_wrong: { status: 401, title: "The code is wrong" },
  mfa_challenge_expired: { status: 401, title: "The sign-in took too long" },
  mfa_enrolment_required: { status: 403, title: "Set up a second factor first" },
  token_scope_missing: { status: 403, title: "The token may not do this" },
  mfa_required: { status: 403, title: "A second factor is needed" },
  setup_token_invalid: { status: 403, title: "The set-up token is wrong" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  request_timeout: { status: 408, title: "The request came too slowly" },
  name_taken: { status: 409, title: "The name is taken" },
  conflict: { status: 409, title: "It was changed in the meantime" },
  setup_done: { status: 409, title: "Set-up is done already" },
  email_taken: { status: 409, title: "The email address is taken" },
  last_admin: { status: 409, title: "There must be one admin" },
  upload_busy: { status: 423, title: "Another request is writing to this upload" },
  offset_mismatch: { status: 409, title: "The offset is not where the upload stands" },
  idempotency_mismatch: { status: 422, title: "The idempotency key was used for something else" },
  idempotency_in_progress: { status: 409, title: "The first request with this key is still running" },
  busy: { status: 409, title: "Another operation is running" },
  link_expired: { status: 410, title: "The link has expired or was used" },
  mail_unavailable: { status: 409, title: "This server sends no mail" },
  gone: { status: 410, title: "Gone" },
  share_exhausted: { status: 410, title: "The download limit of this link is reached" },
  share_previews_exhausted: { status: 410, title: "The preview limit of this file is reached" },
  precondition_failed: { status: 412, title: "It was changed in the meantime" },
  unsupported_tus_version: { status: 412, title: "Tus version not supported" },
  too_large: { status: 413, title: "Too large" },
  address_too_long: { status: 414, title: "The address is too long" },
  unsupported_media_type: { status: 415, title: "Media type not supported" },
  range_not_satisfiable: { status: 416, title: "The range lies outside the file" },
  invalid_name: { status: 422, title: "The name cannot be used" },
  invalid_move: { status: 422, title: "It cannot be moved there" },
  weak_password: { status: 422, title: "The password is too weak" },
  invalid_expiry: { status: 422, title: "The expiry is not valid" },
  not_a_file: { status: 422, title: "This is not a file" },
  not_a_folder: { status: 422, title: "This is not a folder" },
  invalid_schedule: { status: 422, title: "The schedule is not valid" },
  target_unusable: { status: 422, title: "The backup target cannot be used" },
  headers_too_large: { status: 431, title: "The headers are too large" },
  rate_limited: { status: 429, title: "Too many attempts" },
  content_damaged: { status: 500, title: "The file's stored bytes are damaged" },
  internal: { status: 500, title: "Something went wrong" },
  unavailable: { status: 503, title: "Not available right now" },
  server_busy: { status: 503, title: "The server is busy" },
  outcome_unknown: { status: 503, title: "It is not known whether this was done" },
  data_unreadable: { status: 503, title: "The file's bytes cannot be read right now" },
  quota_exceeded: { status: 507, title: "Out of storage" },
  disk_full: { status: 507, title: "The server's disk is full" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** RFC 9457 problem details, as every error is answered (`application/problem+json`). */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** With mfa_required, where the password was right: what the second step is finished with, for five minutes. */
    challenge: z.string().optional(),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;
