import { type BatchItem, type ErrorCode, errorCodes, type Problem } from "@holdfast/contract";

/** An error for the client. Everything else that is thrown is answered as `internal`, without its message. */
export class ProblemError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: { path: string; message: string }[] | undefined;
  /** Extra response headers, such as `retry-after`. */
  readonly headers: Record<string, string>;
  /** What a sign-in goes on with that needs a second step. */
  readonly challenge: string | undefined;
  /** What became of the entries of an upload of many files before it ended. */
  readonly items: readonly BatchItem[] | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: {
      errors?: { path: string; message: string }[];
      headers?: Record<string, string>;
      challenge?: string;
      items?: readonly BatchItem[];
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = "ProblemError";
    this.code = code;
    this.status = errorCodes[code].status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.challenge = options.challenge;
    this.items = options.items;
  }
}

/** The answer to whatever does not exist, and, word for word the same, to whatever is not yours. */
export function notFound(): ProblemError {
  return new ProblemError("not_found", "There is nothing here, or you may not see it.");
}

export function problemBody(error: ProblemError, requestId: string): Problem {
  return {
    type: "about:blank",
    title: errorCodes[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.errors ? { errors: error.errors } : {}),
    ...(error.challenge ? { challenge: error.challenge } : {}),
    ...(error.items ? { items: [...error.items] } : {}),
  };
}
