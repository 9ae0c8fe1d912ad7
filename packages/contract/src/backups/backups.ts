import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const tag = "backups";

export const backupScopeSchema = z.enum(["account", "space", "instance"]);

/** Of scope `space`: which team, which one manages. */
export const ofTeam = z.object({
  spaceId: uuid.optional().meta({ description: "of scope space: the team, which you manage" }),
});

export const workStatusSchema = z.enum(["queued", "running", "completed", "failed", "cancelled"]);

/** The choice of an account's backup or schedule. The instance's always holds everything, so that it is false there, and true is refused. */
export const withVersionsSchema = z.boolean().meta({
  description:
    "earlier versions and the trash too; for an account alone, since the instance's backups hold them in any case",
});

export const backupSchema = z
  .object({
    id: uuid,
    scope: backupScopeSchema,
    userId: uuid
      .nullable()
      .meta({ description: "whose files: a person's id, or a team's; null for the whole instance" }),
    backupType: z.enum(["one_click", "scheduled"]),
    status: workStatusSchema,
    phase: z.enum(["waiting", "reading", "verifying"]).nullable().meta({
      description: "what is being done; waiting: something else of this scope or in this target is under way",
    }),
    backupDate: timestamp.nullable().meta({ description: "the one instant that the snapshot shows" }),
    targetId: uuid,
    targetName: z.string(),
    storageLocation: z.string().meta({ description: "for who is no admin, the target's name" }),
    scheduleId: uuid.nullable(),
    withVersions: withVersionsSchema.meta({ description: "an account's, with earlier versions and the trash" }),
    snapshotId: z.string().nullable().meta({ description: "of the restic repository" }),
    filesTotal: z.number().int(),
    bytesTotal: byteCount,
    filesDone: z.number().int(),
    bytesDone: byteCount,
    bytesAdded: byteCount.meta({ description: "bytes that the repository did not have" }),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    verifiedAt: timestamp.nullable().meta({ description: "when it was last read back and found whole" }),
    error: z.string().nullable().meta({ description: "why it failed or is not verified, and what to do" }),
  })
  .meta({ id: "Backup" });

export type Backup = z.infer<typeof backupSchema>;

export const createBackup = operation({
  id: "createBackup",
  method: "POST",
  path: "/api/v1/backups",
  servedInMaintenance: true,
  tag,
  summary: "Back up now: my account, a team that I manage, or (admin) the whole instance",
  access: "signed-in",
  body: z.object({
    scope: backupScopeSchema.default("account"),
    targetId: uuid.optional().meta({ description: "without one, the default target" }),
    withVersions: withVersionsSchema.default(false),
    ...ofTeam.shape,
  }),
  status: 202,
  idempotencyKey: true,
  result: backupSchema,
  errors: ["not_found", "forbidden", "busy", "backup_quota_exceeded"],
});

export const listBackups = operation({
  id: "listBackups",
  method: "GET",
  path: "/api/v1/backups",
  tag,
  summary: "Backups, newest first: mine, those of a team that I manage, or (admin) the instance's",
  access: "signed-in",
  query: pageQuery.extend({ scope: backupScopeSchema.default("account"), ...ofTeam.shape }),
  status: 200,
  result: pageOf(backupSchema),
  errors: ["forbidden", "not_found", "invalid_cursor"],
});

export const getBackup = operation({
  id: "getBackup",
  method: "GET",
  path: "/api/v1/backups/{id}",
  tag,
  summary: "A backup and how far it is",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: backupSchema,
  errors: ["not_found"],
});

export const deleteBackup = operation({
  id: "deleteBackup",
  method: "DELETE",
  path: "/api/v1/backups/{id}",
  servedInMaintenance: true,
  tag,
  summary: "Cancel a backup that is under way, or forget a finished one",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "busy"],
});

export const verifyBackup = operation({
  id: "verifyBackup",
  method: "POST",
  path: "/api/v1/backups/{id}/verify",
  servedInMaintenance: true,
  repeatable: true,
  tag,
  summary:
    "Read a backup back; verifiedAt or error tell the result. One of an account at a time, and each once an hour",
  access: "signed-in",
  params: idParams,
  status: 202,
  result: backupSchema,
  errors: ["not_found", "busy", "rate_limited"],
});
