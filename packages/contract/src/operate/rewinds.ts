import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const tag = "admin";
const count = z.number().int().nonnegative();
const rewindParams = z.object({ id: uuid, rewindId: uuid });

export const rewindLineSchema = z
  .object({
    fileId: uuid,
    name: z.string(),
    what: z.enum(["contents", "restored", "moved", "trashed", "lost"]).meta({
      description:
        "contents: gets its version of then; restored: comes out of the trash; moved: goes to its name and place; trashed: was not there, goes to the trash; lost: was deleted for good, or its version was",
    }),
  })
  .meta({ id: "RewindLine" });

export const rewindSchema = z
  .object({
    id: uuid,
    userId: uuid,
    to: timestamp,
    dryRun: z.boolean(),
    status: z.enum(["running", "completed", "failed", "cancelled"]),
    plan: z
      .object({ contents: count, restored: count, moved: count, trashed: count, lost: count })
      .nullable()
      .meta({ description: "how many files and folders, by what is done with them; null until that is known" }),
    itemsTotal: count.nullable(),
    itemsDone: count,
    sample: z.array(rewindLineSchema).meta({ description: "the first hundred of what is to be done" }),
    notDone: z.array(rewindLineSchema).meta({ description: "the first hundred of what could not be done" }),
    exact: z.boolean().meta({
      description: "whether every version of that time is kept by rule; else a file may get one that is older",
    }),
    errorCode: z.string().nullable(),
    error: z.string().nullable(),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "Rewind" });

export type Rewind = z.infer<typeof rewindSchema>;

export const adminRewindUser = operation({
  id: "adminRewindUser",
  method: "POST",
  path: "/api/v1/admin/users/{id}/rewind",
  tag,
  summary:
    "Bring a user's files back to what they were at a time; the versions since are kept. A dry run says what it would do",
  access: "admin",
  params: idParams,
  body: z.object({ to: timestamp, dryRun: z.boolean().default(false) }),
  status: 202,
  result: rewindSchema,
  idempotencyKey: true,
  errors: ["not_found", "busy", "too_many_at_once"],
});

export const adminListRewinds = operation({
  id: "adminListRewinds",
  method: "GET",
  path: "/api/v1/admin/users/{id}/rewinds",
  tag,
  summary: "Rewinds of a user's files, the newest first",
  access: "admin",
  params: idParams,
  status: 200,
  result: z.object({ items: z.array(rewindSchema) }),
  errors: ["not_found"],
});

export const adminGetRewind = operation({
  id: "adminGetRewind",
  method: "GET",
  path: "/api/v1/admin/users/{id}/rewinds/{rewindId}",
  tag,
  summary: "A rewind of a user's files and how far it is",
  access: "admin",
  params: rewindParams,
  status: 200,
  result: rewindSchema,
  errors: ["not_found"],
});

export const adminEndSessions = operation({
  id: "adminEndSessions",
  method: "DELETE",
  path: "/api/v1/admin/users/{id}/sessions",
  tag,
  summary: "End every session of a user, and revoke their access tokens: everybody has to sign in again",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const adminCancelRewind = operation({
  id: "adminCancelRewind",
  method: "DELETE",
  path: "/api/v1/admin/users/{id}/rewinds/{rewindId}",
  tag,
  summary: "Stop a rewind that is running; what it has done stays done",
  access: "admin",
  params: rewindParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
