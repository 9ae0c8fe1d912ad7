import { z } from "zod";
import { byteCount, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const count = z.number().int().nonnegative();
const day = z.iso.date().meta({ description: "a day in UTC: 2026-11-30" });
const owner = z.string().nullable().meta({ description: "email address of the owner; null: a user who is gone" });

export const storageDaySchema = z
  .object({
    day,
    measuredAt: timestamp,
    files: count,
    fileBytes: byteCount.meta({ description: "files as their owners see them, without trash and earlier versions" }),
    trashFiles: count,
    trashBytes: byteCount,
    versions: count.meta({ description: "earlier ones" }),
    versionBytes: byteCount,
    storedBytes: byteCount.meta({ description: "in the object store, where equal parts lie once" }),
    abandonedBytes: byteCount.meta({ description: "of those, what nothing refers to any more" }),
    backupBytes: byteCount.meta({ description: "what the backups that are kept have added to their targets" }),
    diskFree: byteCount.nullable(),
    diskSize: byteCount.nullable(),
  })
  .meta({ id: "StorageDay" });
export type StorageDay = z.infer<typeof storageDaySchema>;

const sums = { files: count, bytes: byteCount };

export const storageStatsSchema = z
  .object({
    now: z
      .object({
        bytes: byteCount.meta({ description: "what quotas count" }),
        entries: count,
        users: count,
        databaseBytes: byteCount,
      })
      .meta({ description: "at this moment" }),
    last: storageDaySchema.nullable().meta({ description: "the last measurement; null: none yet" }),
    tookMs: count.nullable().meta({ description: "how long that took" }),
    days: z.array(storageDaySchema),
    kinds: z.array(z.object({ kind: z.string(), ...sums })),
    ages: z
      .array(z.object({ age: z.enum(["month", "year", "threeYears", "older"]), ...sums }))
      .meta({ description: "by when files were changed last" }),
    users: z
      .array(z.object({ userId: uuid, email: owner, ...sums, trashBytes: byteCount, versionBytes: byteCount }))
      .meta({ description: "the hundred with most" }),
    largestFiles: z
      .array(z.object({ email: owner, kind: z.string(), bytes: byteCount, changedAt: timestamp }))
      .meta({ description: "without names: an administrator does not see other users' files" }),
    largestFolders: z
      .array(z.object({ email: owner, ...sums }))
      .meta({ description: "by the files directly inside, without names" }),
    backups: z.array(z.object({ target: z.string(), bytes: byteCount, backups: count })),
    growth: z.object({
      storedPerDay: z.number().nullable().meta({ description: "bytes; null: not enough days yet" }),
      daysUntilFull: count
        .nullable()
        .meta({ description: "null: the disk does not fill, or there are not enough days" }),
      days: count.meta({ description: "days that were looked at" }),
      daysNeeded: count,
    }),
    cleaning: z.object({
      trash: z.array(z.object({ olderThanDays: count, ...sums })),
      versions: z
        .object({ versions: count, bytes: byteCount })
        .meta({ description: "all earlier versions; thinning takes those that the rules do not keep" }),
      abandoned: z
        .object({ segments: count, bytes: byteCount })
        .meta({ description: "freed once they have lain so for two days" }),
    }),
  })
  .meta({ id: "StorageStats" });
export type StorageStats = z.infer<typeof storageStatsSchema>;

const tag = "admin";

export const adminStats = operation({
  id: "adminStats",
  method: "GET",
  path: "/api/v1/admin/stats",
  tag,
  summary: "Storage by day, user, kind and age, what grows, and what cleaning would free",
  access: "admin",
  query: z.object({
    from: timestamp.optional().meta({ description: "90 days before `to`, unless set" }),
    to: timestamp.optional().meta({ description: "now, unless set" }),
  }),
  status: 200,
  result: storageStatsSchema,
  errors: [],
});

export const adminMeasureStorage = operation({
  id: "adminMeasureStorage",
  method: "POST",
  path: "/api/v1/admin/stats/measure",
  repeatable: true,
  tag,
  summary: "Measure the storage again, by a job",
  access: "admin",
  status: 202,
  result: null,
  errors: [],
});

export const adminCleanStorage = operation({
  id: "adminCleanStorage",
  method: "POST",
  path: "/api/v1/admin/storage/clean",
  repeatable: true,
  tag,
  summary: "Empty all users' trash of some age, thin out earlier versions, or remove what nothing refers to, by a job",
  access: "admin",
  body: z.discriminatedUnion("what", [
    z.object({ what: z.literal("trash"), olderThanDays: z.number().int().min(1).max(365) }),
    z.object({ what: z.literal("versions") }),
    z.object({ what: z.literal("abandoned") }),
  ]),
  status: 202,
  result: null,
  errors: [],
});
