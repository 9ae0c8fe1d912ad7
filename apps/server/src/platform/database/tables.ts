import type { ColumnType, Generated } from "kysely";

/** The tables of schema `holdfast`, as `supabase/migrations` makes them. bigint columns arrive as numbers (see `database.ts`). */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface UsersTable {
  id: string;
  email: string;
  role: Defaulted<"admin" | "user">;
  display_name: Defaulted<string | null>;
  disabled_until: Defaulted<Date | null>;
  awaiting_approval: Defaulted<boolean>;
  deleted_at: Defaulted<Date | null>;
  quota_bytes: Defaulted<number | null>;
  used_bytes: Defaulted<number>;
  last_sign_in_at: Defaulted<Date | null>;
  created_at: Defaulted<Date>;
  updated_at: Defaulted<Date>;
}

export interface UsageEntriesTable {
  id: Generated<number>;
  user_id: string;
  bytes: number;
}

export interface LoginHistoryTable {
  id: string;
  user_id: string | null;
  email: string | null;
  occurred_at: Defaulted<Date>;
  ip: string | null;
  user_agent: string | null;
  method: string;
  outcome: string;
}

export interface ThrottleTable {
  key: Buffer;
  failures: number;
  window_ends_at: Date;
}

export interface SettingsTable {
  key: string;
  value: unknown;
  updated_at: Defaulted<Date>;
}

export interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  request_hash: Buffer;
  answer: Buffer;
  created_at: Defaulted<Date>;
}

export interface SegmentsTable {
  sha256: Buffer;
  size: number;
  touched_at: Defaulted<Date>;
  verified_at: Defaulted<Date | null>;
  state: Defaulted<"stored" | "bad">;
}

export interface ContentsTable {
  id: string;
  size: number;
  sha256: Buffer | null;
  crc32: Defaulted<number | null>;
  created_at: Defaulted<Date>;
}

export interface ContentSegmentsTable {
  content_id: string;
  start_at: number;
  size: number;
  sha256: Buffer;
}

export interface FilesTable {
  id: string;
  user_id: string;
  parent_id: string | null;
  name: string;
  kind: "file" | "folder";
  file_type: Defaulted<string | null>;
  file_size: Defaulted<number>;
  content_id: Defaulted<string | null>;
  version_id: Defaulted<string | null>;
  revision: Defaulted<number>;
  uploaded_at: Defaulted<Date>;
  last_modified: Defaulted<Date>;
  trashed_at: Defaulted<Date | null>;
  purged_at: Defaulted<Date | null>;
}

export interface FileVersionsTable {
  id: string;
  file_id: string;
  content_id: string;
  file_size: number;
  file_type: string | null;
  last_modified: Date;
  created_at: Date;
  created_by: string | null;
}

export interface UploadsTable {
  id: string;
  user_id: string;
  parent_id: string | null;
  name: string;
  on_conflict: "fail" | "rename" | "replace";
  size: number | null;
  upload_offset: Defaulted<number>;
  reserved_bytes: Defaulted<number>;
  last_modified: Date | null;
  file_id: Defaulted<string | null>;
  locked_by: Defaulted<string | null>;
  locked_until: Defaulted<Date | null>;
  expires_at: Date;
  created_at: Defaulted<Date>;
  refused_code: Defaulted<string | null>;
  refused_detail: Defaulted<string | null>;
  refused_at: Defaulted<Date | null>;
}

export interface UploadSegmentsTable {
  upload_id: string;
  start_at: number;
  size: number;
  sha256: Buffer;
}

export interface SharingLinksTable {
  id: string;
  file_id: string;
  user_id: string;
  link_type: "temporary" | "permanent";
  expires_at: Date | null;
  password_hash: Defaulted<string | null>;
  password_version: Defaulted<number>;
  max_downloads: Defaulted<number | null>;
  download_count: Defaulted<number>;
  access_count: Defaulted<number>;
  allow_upload: Defaulted<boolean>;
  revoked_at: Defaulted<Date | null>;
  created_at: Defaulted<Date>;
  last_access_at: Defaulted<Date | null>;
  label: Defaulted<string | null>;
  message: Defaulted<string | null>;
}

export interface SharePreviewsTable {
  link_id: string;
  file_id: string;
  previews: number;
}

export interface ShareGrantsTable {
  id: string;
  link_id: string;
  subject: string;
  holder: Buffer;
  expires_at: Date;
  completed_at: Defaulted<Date | null>;
  created_at: Defaulted<Date>;
}

export interface ShareAccessesTable {
  id: string;
  link_id: string;
  occurred_at: Defaulted<Date>;
  address: string | null;
  user_agent: string | null;
  action: "view" | "unlock" | "preview" | "download" | "archive" | "upload";
  outcome: string;
  file_id: string | null;
  file_name: string | null;
  sender_name: Defaulted<string | null>;
  sender_message: Defaulted<string | null>;
}

export interface AuditLogTable {
  id: string;
  occurred_at: Defaulted<Date>;
  actor_id: string | null;
  action: string;
  target_id: string | null;
  ip: string | null;
  request_id: string | null;
  detail: unknown;
}

export interface BackupTargetsTable {
  id: Defaulted<string>;
  name: string;
  kind: "local" | "s3";
  settings: Defaulted<unknown>;
  sealed_secret: Defaulted<Buffer | null>;
  is_default: Defaulted<boolean>;
  last_test_at: Defaulted<Date | null>;
  last_test_error: Defaulted<string | null>;
  created_at: Defaulted<Date>;
  repository_id: Defaulted<string | null>;
}

export interface BackupSchedulesTable {
  id: string;
  scope: "account" | "instance";
  user_id: string | null;
  cron: string;
  time_zone: string;
  retention: Defaulted<unknown>;
  target_id: string;
  enabled: Defaulted<boolean>;
  with_versions: Defaulted<boolean>;
  next_run_at: Defaulted<Date | null>;
  last_run_at: Defaulted<Date | null>;
  created_at: Defaulted<Date>;
}

type WorkStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

export interface BackupsTable {
  id: string;
  scope: "account" | "instance";
  user_id: string | null;
  backup_type: "one_click" | "scheduled";
  status: Defaulted<WorkStatus>;
  phase: Defaulted<"waiting" | "reading" | "verifying" | null>;
  backup_date: Defaulted<Date | null>;
  target_id: string;
  schedule_id: Defaulted<string | null>;
  storage_location: string;
  snapshot_id: Defaulted<string | null>;
  tree_id: Defaulted<string | null>;
  root_path: Defaulted<string | null>;
  files_total: Defaulted<number>;
  bytes_total: Defaulted<number>;
  files_done: Defaulted<number>;
  bytes_done: Defaulted<number>;
  bytes_added: Defaulted<number>;
  attempts: Defaulted<number>;
  beat_at: Defaulted<Date | null>;
  cancel_requested: Defaulted<boolean>;
  created_at: Defaulted<Date>;
  started_at: Defaulted<Date | null>;
  finished_at: Defaulted<Date | null>;
  verified_at: Defaulted<Date | null>;
  error: Defaulted<string | null>;
  deleted_at: Defaulted<Date | null>;
  with_versions: Defaulted<boolean>;
}

export interface RestoresTable {
  id: string;
  user_id: string;
  backup_id: string;
  mode: "new-folder" | "in-place";
  newer: Defaulted<"keep" | "replace">;
  paths: Defaulted<unknown>;
  status: Defaulted<WorkStatus>;
  files_total: Defaulted<number>;
  bytes_total: Defaulted<number>;
  files_done: Defaulted<number>;
  bytes_done: Defaulted<number>;
  files_same: Defaulted<number>;
  files_kept: Defaulted<number>;
  kept: Defaulted<unknown>;
  folder_id: Defaulted<string | null>;
  folder_name: Defaulted<string | null>;
  attempts: Defaulted<number>;
  beat_at: Defaulted<Date | null>;
  cancel_requested: Defaulted<boolean>;
  created_at: Defaulted<Date>;
  started_at: Defaulted<Date | null>;
  finished_at: Defaulted<Date | null>;
  error: Defaulted<string | null>;
  part: Defaulted<"files" | "versions" | "trash">;
}

export interface RehearsalsTable {
  id: string;
  backup_id: string;
  status: Defaulted<"running" | "completed" | "failed">;
  started_at: Defaulted<Date>;
  finished_at: Defaulted<Date | null>;
  rows_compared: Defaulted<number>;
  segments_compared: Defaulted<number>;
  bytes_compared: Defaulted<number>;
  error: Defaulted<string | null>;
}

export interface AlertsTable {
  id: string;
  kind: string;
  subject: string;
  severity: "info" | "warning" | "critical";
  title: string;
  data: Defaulted<unknown>;
  first_seen_at: Defaulted<Date>;
  last_seen_at: Defaulted<Date>;
  count: Defaulted<number>;
  acknowledged_at: Defaulted<Date | null>;
  resolved_at: Defaulted<Date | null>;
}

export interface StorageReportsTable {
  id: string;
  started_at: Defaulted<Date>;
  finished_at: Defaulted<Date | null>;
  objects: Defaulted<number>;
  bytes: Defaulted<number>;
  segments: Defaulted<number>;
  unreferenced: Defaulted<number>;
  unreferenced_bytes: Defaulted<number>;
  removed: Defaulted<number>;
  removed_bytes: Defaulted<number>;
  missing: Defaulted<number>;
  wrong_size: Defaulted<number>;
  unknown: Defaulted<number>;
  leftovers: Defaulted<number>;
  leftover_bytes: Defaulted<number>;
  refusal: Defaulted<string | null>;
  problems: Defaulted<unknown>;
}

export interface StorageOrphansTable {
  sha256: Buffer;
  size: number;
  stored_at: Date | null;
  first_seen_at: Date;
  last_seen_in: string;
}

/** What Holdfast reads of Supabase Auth's own schema. Written only through the Auth contract. */
export interface AuthSessionsTable {
  id: string;
  user_id: string;
  created_at: Date;
  updated_at: Date | null;
  refreshed_at: Date | null;
  not_after: Date | null;
  user_agent: string | null;
  ip: string | null;
  aal: string | null;
}

export interface Tables {
  "holdfast.users": UsersTable;
  "holdfast.usage_entries": UsageEntriesTable;
  "holdfast.login_history": LoginHistoryTable;
  "holdfast.throttle": ThrottleTable;
  "holdfast.settings": SettingsTable;
  "holdfast.idempotency_keys": IdempotencyKeysTable;
  "holdfast.segments": SegmentsTable;
  "holdfast.contents": ContentsTable;
  "holdfast.content_segments": ContentSegmentsTable;
  "holdfast.files": FilesTable;
  "holdfast.file_versions": FileVersionsTable;
  "holdfast.uploads": UploadsTable;
  "holdfast.upload_segments": UploadSegmentsTable;
  "holdfast.sharing_links": SharingLinksTable;
  "holdfast.share_grants": ShareGrantsTable;
  "holdfast.share_previews": SharePreviewsTable;
  "holdfast.share_accesses": ShareAccessesTable;
  "holdfast.audit_log": AuditLogTable;
  "holdfast.backup_targets": BackupTargetsTable;
  "holdfast.backup_schedules": BackupSchedulesTable;
  "holdfast.backups": BackupsTable;
  "holdfast.restores": RestoresTable;
  "holdfast.rehearsals": RehearsalsTable;
  "holdfast.alerts": AlertsTable;
  "holdfast.storage_reports": StorageReportsTable;
  "holdfast.storage_orphans": StorageOrphansTable;
  "auth.sessions": AuthSessionsTable;
}
