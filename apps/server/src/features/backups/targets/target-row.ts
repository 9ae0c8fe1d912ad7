import { join } from "node:path";

export interface TargetRow {
  id: string;
  name: string;
  kind: "local" | "s3";
  settings: { folder?: string } & Partial<S3Settings>;
  sealed_secret: Buffer | null;
  is_default: boolean;
  last_test_at: Date | null;
  last_test_error: string | null;
  created_at: Date;
  /** Of the repository that it holds; null where it has not been opened yet. */
  repository_id: string | null;
}

export interface S3Settings {
  endpoint: string | null;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  pathStyle: boolean;
}

export const targetColumns =
  "id, name, kind, settings, sealed_secret, is_default, last_test_at, last_test_error, created_at, repository_id";

/** The target that every installation has, in its data folder. */
export function isBuiltIn({ kind, settings }: Pick<TargetRow, "kind" | "settings">): boolean {
  return kind === "local" && settings.folder === undefined;
}

export function folderOf(target: TargetRow, dataDir: string): string {
  return target.settings.folder ?? join(dataDir, "backups", "default");
}

/** Where a target is, for people and for restic's `-r`. */
export function locationOf(target: TargetRow, dataDir: string): string {
  if (target.kind === "local") return folderOf(target, dataDir);
  const { endpoint, region, bucket, prefix } = target.settings as S3Settings;
  return `s3:${endpoint ?? `https://s3.${region}.amazonaws.com`}/${bucket}/${prefix}`.replace(/\/$/, "");
}
