import { StorageError } from "../errors.ts";

interface ServiceError {
  name?: string;
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
export function s3Error(error: unknown, doing: string): Error {
  if (error instanceof StorageError || error instanceof RangeError) return error;
  const { name, message, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode;
  const options = { cause: error };
  if (name === "NoSuchBucket") {
    return new StorageError("permission_denied", `The bucket does not exist: could not ${doing}.`, options);
  }
  if (name === "QuotaExceeded" || name === "EntityTooLarge" || status === 507 || status === 413) {
    return new StorageError("no_space", `The object store has no room: could not ${doing}.`, options);
  }
  if (status === 401 || status === 403) {
    return new StorageError("permission_denied", `The object store refused to ${doing} (${name ?? status}).`, options);
  }
  // 4xx other than time-outs and throttling are ours: trying again would not help.
  const final = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  const text = `The object store could not ${doing} (${name ?? message ?? "unknown"}).`;
  return new StorageError("unavailable", text, { ...options, retryable: !final });
}
