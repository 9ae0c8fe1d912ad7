import { StorageError, type StoreSetting } from "@holdfast/storage";

const advice: Record<StoreSetting, string> = {
  endpoint: "Check S3_ENDPOINT, and that the service runs.",
  region: "Check S3_REGION.",
  bucket: "Make it, or check S3_BUCKET.",
  key: "Check S3_ACCESS_KEY_ID.",
  secret: "Check S3_SECRET_ACCESS_KEY.",
};

/** Why the store of the settings cannot be used, and which of them to look at. */
export function explainStore(error: unknown): string {
  const message = ((error as Error | null)?.message ?? String(error)).replace(/\.?$/, ".");
  return error instanceof StorageError && error.setting !== null ? `${message} ${advice[error.setting]}` : message;
}
