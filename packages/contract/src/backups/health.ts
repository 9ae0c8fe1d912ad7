import { z } from "zod";
import { byteCount, timestamp, uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { backupSchema } from "./backups.ts";

const tag = "backups";

export const rehearsalSchema = z
  .object({
    id: uuid,
    backupId: uuid,
    status: z.enum(["running", "completed", "failed"]),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    rowsCompared: z.number().int(),
    segmentsCompared: z.number().int(),
    bytesCompared: byteCount,
    error: z.string().nullable(),
  })
  .meta({ id: "Rehearsal" });

export type Rehearsal = z.infer<typeof rehearsalSchema>;

/** What an admin must know at a glance. */
export const backupHealth = operation({
  id: "backupHealth",
  method: "GET",
  path: "/api/v1/admin/backups/health",
  tag,
  summary: "Are the backups proven? Last backup, last rehearsal, scrub, recovery kit",
  access: "admin",
  status: 200,
  result: z.object({
    lastInstanceBackup: backupSchema.nullable(),
    lastProvenRestorable: timestamp.nullable().meta({ description: "when a rehearsal last succeeded" }),
    rehearsalOverdue: z.boolean().meta({ description: "older than 8 days, or never" }),
    lastRehearsal: rehearsalSchema.nullable(),
    scrub: z.object({
      segments: z.number().int(),
      neverRead: z.number().int(),
      oldestReadAt: timestamp.nullable(),
      bad: z.number().int(),
    }),
    recoveryKitDownloadedAt: timestamp.nullable(),
  }),
  errors: [],
});

export const rehearseNow = operation({
  id: "rehearseNow",
  method: "POST",
  path: "/api/v1/admin/backups/rehearse",
  tag,
  summary: "Restore the newest server backup into a scratch database and store, and compare",
  access: "admin",
  status: 202,
  result: null,
  errors: ["not_found", "busy"],
});

export const recoveryKit = operation({
  id: "recoveryKit",
  method: "GET",
  path: "/api/v1/admin/backups/recovery-kit",
  tag,
  summary: "The repository's password, the targets, and how to restore with and without Holdfast, as a text file",
  access: "admin",
  recentProof: true,
  status: 200,
  result: bytes,
  media: "text/plain",
  errors: ["recent_proof_required", "target_unusable"],
});
