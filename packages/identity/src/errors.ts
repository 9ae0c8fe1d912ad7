/**
 * An answer of the contract that is not a success. `code` is one of Supabase Auth's error codes; client libraries
 * choose their own error classes by it. A permanent failure never gets a 5xx: clients take that as "try again".
 */
export class IdentityError extends Error {
  readonly status: number;
  readonly code: string;
  readonly reasons: readonly WeakPasswordReason[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { reasons?: readonly WeakPasswordReason[]; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = "IdentityError";
    this.status = status;
    this.code = code;
    this.reasons = more.reasons;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export type WeakPasswordReason = "length" | "characters" | "pwned";

export const badRequest = (code: string, message: string) => new IdentityError(400, code, message);
export const forbidden = (code: string, message: string) => new IdentityError(403, code, message);
export const notFound = (code: string, message: string) => new IdentityError(404, code, message);
export const unprocessable = (code: string, message: string) => new IdentityError(422, code, message);

export function tooMany(code: string, message: string, retryAfterSeconds: number): IdentityError {
  return new IdentityError(429, code, message, { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)) });
}

/** The server has more to compute than it lets wait: nothing of the request was looked at. */
export function serverBusy(retryAfterSeconds: number): IdentityError {
  const message = "The server is checking many passwords at this moment. Try again in a few seconds.";
  return new IdentityError(503, "server_busy", message, { retryAfterSeconds });
}

/** Whether an error says something about what was sent, rather than about the state of the server. */
export const isVerdict = (error: unknown): error is IdentityError =>
  error instanceof IdentityError && error.status < 500;

/** SQLSTATE 23505; `constraint` narrows it to one index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const pg = error as { code?: unknown; constraint?: unknown } | null;
  return pg?.code === "23505" && (constraint === undefined || pg.constraint === constraint);
}

const newShapeFrom = "2024-01-01";

/** The version of the answer's shape: callers name a date, and get the newest shape that is not after it. */
export function usesNewShape(requestedVersion: string | undefined): boolean {
  return (
    requestedVersion !== undefined && /^\d{4}-\d\d-\d\d$/.test(requestedVersion) && requestedVersion >= newShapeFrom
  );
}

/** The error body in the shape that the caller asked for by `X-Supabase-Api-Version`. */
export function errorBody(error: IdentityError, newShape: boolean): Record<string, unknown> {
  const weak = error.reasons ? { weak_password: { reasons: error.reasons } } : {};
  return newShape
    ? { code: error.code, message: error.message, ...weak }
    : { code: error.status, error_code: error.code, msg: error.message, ...weak };
}
