import { z } from "zod";
import { byteCount, idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

export const transferSchema = z
  .object({
    id: uuid,
    folderId: uuid.meta({ description: "The folder that the files come into" }),
    status: z.enum(["running", "completed", "failed"]),
    entriesDone: z.number().int(),
    errorCode: z.string().nullable(),
    error: z.string().nullable(),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "Transfer" });
export type Transfer = z.infer<typeof transferSchema>;

export const leavingSchema = z
  .object({
    files: z.number().int().meta({ description: "Files and folders, those in the trash too" }),
    bytes: byteCount,
    links: z.number().int().meta({ description: "Links that end" }),
    grants: z.number().int().meta({ description: "Roles on these files that others have, and lose" }),
    people: z.number().int().meta({ description: "Users who lose something, members of groups included" }),
    soleManagerOf: z
      .array(z.object({ id: uuid, name: z.string() }))
      .meta({ description: "Teams that have no other manager: make somebody else one first" }),
    transfer: transferSchema.nullable().meta({ description: "The latest of these files to somebody else" }),
  })
  .meta({ id: "Leaving" });
export type Leaving = z.infer<typeof leavingSchema>;

export const getLeaving = operation({
  id: "getLeaving",
  method: "GET",
  path: "/api/v1/me/leaving",
  tag: "users",
  summary: "What deleting my account would end: files, links, what others see of mine, teams without a manager",
  access: "signed-in",
  status: 200,
  result: leavingSchema,
  errors: [],
});

export const adminGetLeaving = operation({
  id: "adminGetLeaving",
  method: "GET",
  path: "/api/v1/admin/users/{id}/leaving",
  tag: "admin",
  summary: "What deleting a user would end, and how far the latest transfer of the files has come",
  access: "admin",
  params: idParams,
  status: 200,
  result: leavingSchema,
  errors: ["not_found"],
});

export const adminTransferFiles = operation({
  id: "adminTransferFiles",
  method: "POST",
  path: "/api/v1/admin/users/{id}/transfer",
  tag: "admin",
  summary:
    "Move all files of a user, but for the trash, into a new folder of another user or a team; versions, grants and, to a user, links go along. It continues after the answer",
  access: "admin",
  params: idParams,
  body: z.object({ toSpaceId: uuid.meta({ description: "A user's id, or a team's" }) }),
  status: 202,
  result: transferSchema,
  errors: ["not_found", "invalid_move", "busy", "disk_full"],
});
