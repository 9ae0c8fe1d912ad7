import { StorageError } from "../errors.ts";

/** The store as a person knows it. */
export interface S3Place {
  readonly bucket: string;
  readonly endpoint: string;
}

interface ServiceError {
  name?: string;
  /** Of the system, where no service was reached. */
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  if (name === "NoSuchBucket") return false;
  return name === "NoSuchKey" || name === "NotFound" || $metadata?.httpStatusCode === 404;
}

export function isUnsatisfiable(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  return name === "InvalidRange" || $metadata?.httpStatusCode === 416;
}

/** What the service answered, as an operator can act on it. Never contains a credential: the SDK's messages do not. */
export function s3Error(error: unknown, doing: string, { bucket, endpoint }: S3Place): Error {
  if (error instanceof StorageError || error instanceof RangeError) return error;
  const { name, message, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode;
  const options = { cause: error };
  const final = { ...options, retryable: false };
  // Beside a missing one: a name that nobody could have.
  if (name === "NoSuchBucket" || name === "InvalidBucketName") {
    return new StorageError("unavailable", `There is no bucket "${bucket}" at ${endpoint} (${name}).`, {
      ...final,
      setting: "bucket",
    });
  }
  if (name === "QuotaExceeded" || name === "EntityTooLarge" || status === 507 || status === 413) {
    return new StorageError("no_space", `The object store has no room: could not ${doing}.`, options);
  }
  if (name === "InvalidAccessKeyId") {
    return new StorageError("permission_denied", `${endpoint} does not know the access key (${name}).`, {
      ...options,
      setting: "key",
    });
  }
  if (name === "SignatureDoesNotMatch") {
    const text = `${endpoint} refuses the access key's secret (${name}).`;
    return new StorageError("permission_denied", text, { ...options, setting: "secret" });
  }
  if (status === 401 || status === 403) {
    const text = `The access key may not ${doing} in the bucket "${bucket}" (${telling(name) ?? status}).`;
    return new StorageError("permission_denied", text, options);
  }
  if (name === "PermanentRedirect" || name === "AuthorizationHeaderMalformed" || status === 301) {
    const text = `The bucket "${bucket}" is in another region than the one that is set (${telling(name) ?? status}).`;
    return new StorageError("unavailable", text, { ...final, setting: "region" });
  }
  if (status === undefined) {
    const reason = reasonOf(error) ?? telling(name) ?? message ?? "unknown";
    return new StorageError("unavailable", `The object store at ${endpoint} cannot be reached (${reason}).`, {
      ...options,
      setting: "endpoint",
    });
  }
  // 4xx other than time-outs and throttling are ours: trying again would not help.
  const retryable = status < 400 || status >= 500 || status === 408 || status === 429;
  const text = `The object store could not ${doing} (${telling(name) ?? `status ${status}`}).`;
  return new StorageError("unavailable", text, { ...options, retryable });
}

/** The system's own word (ECONNREFUSED, a certificate's fault), wherever the SDK has put it: Node tries several addresses. */
function reasonOf(error: unknown, depth = 0): string | null {
  if (typeof error !== "object" || error === null || depth > 4) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === "string") return code;
  return reasonOf(cause, depth + 1) ?? reasonOf(errors?.[0], depth + 1);
}

/** A name that says something: a bare "Error" does not. */
function telling(name: string | undefined): string | null {
  return name === undefined || ["Error", "AggregateError", "Unknown", "UnknownError"].includes(name) ? null : name;
}
