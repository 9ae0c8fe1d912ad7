import { z } from "zod";
import { byteCount, timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "setup";

const token = text().min(1).max(200).meta({ description: "the one-time token of set-up" });

/** Where a backup repository lies, and what opens it. */
const placeSchema = z.object({
  token,
  place: text()
    .min(1)
    .max(4000)
    .meta({ description: "a folder of the server with its whole path, or s3:https://host/bucket/prefix" }),
  password: text().min(1).max(1000).meta({ description: "of the backups, as in the recovery kit" }),
  accessKeyId: text().max(500).optional().meta({ description: "of an S3 place" }),
  secretAccessKey: text().max(500).optional().meta({ description: "of an S3 place" }),
  region: text().max(100).optional().meta({ description: "of an S3 place; us-east-1 without one" }),
});

export const setupSnapshotSchema = z
  .object({
    id: z.string(),
    time: timestamp.meta({ description: "the one instant that the snapshot shows" }),
    files: z.number().int().nullable().meta({ description: "null where the snapshot does not say" }),
    bytes: byteCount.nullable(),
    accounts: z.number().int().nullable(),
    version: z.string().nullable().meta({ description: "of the Holdfast that wrote it" }),
    problem: z.string().nullable().meta({ description: "why it cannot be restored by this Holdfast" }),
  })
  .meta({ id: "SetupSnapshot" });
export type SetupSnapshot = z.infer<typeof setupSnapshotSchema>;

export const setupRestoreSchema = z
  .object({
    status: z.enum(["idle", "running", "failed", "completed"]),
    snapshotTime: timestamp.nullable(),
    piecesDone: z.number().int(),
    piecesTotal: z.number().int(),
    bytesDone: byteCount,
    bytesTotal: byteCount,
    error: z.string().nullable().meta({ description: "why it failed, and what to do" }),
  })
  .meta({ id: "SetupRestore" });
export type SetupRestore = z.infer<typeof setupRestoreSchema>;

const guarded = ["setup_done", "setup_token_invalid", "rate_limited"] as const;
const opening = [...guarded, "busy", "conflict", "target_unusable", "data_unreadable"] as const;

export const setupRestoreStatus = operation({
  id: "setupRestoreStatus",
  method: "GET",
  path: "/api/v1/setup/restore",
  tag,
  summary: "Can this installation be restored from a backup here, or is it being restored?",
  access: "public",
  status: 200,
  result: z.object({
    state: z.enum(["offered", "running", "done"]).nullable().meta({
      description: "done: there is an account already; null: only the command line can",
    }),
  }),
  errors: [],
});

export const setupRestoreSnapshots = operation({
  id: "setupRestoreSnapshots",
  method: "POST",
  path: "/api/v1/setup/restore/snapshots",
  repeatable: true,
  tag,
  summary: "Server backups that an empty installation could be restored from, newest first",
  access: "setup",
  body: placeSchema,
  status: 200,
  result: z.object({ items: z.array(setupSnapshotSchema) }),
  errors: opening,
});

export const setupRestore = operation({
  id: "setupRestore",
  method: "POST",
  path: "/api/v1/setup/restore",
  tag,
  summary: "Restore the whole instance from a backup, in place of making a first account",
  access: "setup",
  body: placeSchema.extend({ snapshotId: text().min(1).max(200) }),
  status: 202,
  result: setupRestoreSchema,
  errors: [...opening, "not_found", "disk_full"],
});

export const setupRestoreProgress = operation({
  id: "setupRestoreProgress",
  method: "POST",
  path: "/api/v1/setup/restore/progress",
  repeatable: true,
  tag,
  summary: "How far that restore is; once it is done, set-up is (setup_done)",
  access: "setup",
  body: z.object({ token }),
  status: 200,
  result: setupRestoreSchema,
  errors: guarded,
});
