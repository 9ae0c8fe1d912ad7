import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { personSchema } from "./notifications.ts";

export const activityKinds = [
  "added",
  "changed",
  "renamed",
  "moved",
  "copied",
  "shared",
  "sharing-changed",
  "sharing-ended",
  "commented",
  "trashed",
  "restored",
  "version-restored",
  "versions-deleted",
  "downloaded",
] as const;

const fileActivitySchema = z
  .object({
    id: uuid,
    kind: z.enum(activityKinds),
    actor: personSchema
      .nullable()
      .meta({ description: "null: a user who is gone, the server, or somebody with a link" }),
    byLink: z.boolean().meta({ description: "done by somebody who opened a link" }),
    file: z
      .object({ id: uuid, name: z.string(), kind: z.enum(["file", "folder"]) })
      .meta({ description: "as it is called now" }),
    name: z.string().nullable().meta({ description: "what it was called then" }),
    formerName: z.string().nullable().meta({ description: "what it was called before, where it was renamed" }),
    occurredAt: timestamp,
    lastAt: timestamp.meta({ description: "the last one, where several downloads are one entry" }),
    times: z.number().int(),
  })
  .meta({ id: "FileActivity" });
export type FileActivity = z.infer<typeof fileActivitySchema>;

export const listFileActivity = operation({
  id: "listFileActivity",
  method: "GET",
  path: "/api/v1/files/{id}/activity",
  tag: "files",
  summary:
    "What was done with a file, or with a folder or space and what is in it now, newest first; downloads for managers. A page looks back over 2,000 entries and has a cursor where more may follow",
  access: "signed-in",
  params: idParams,
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(30) }),
  status: 200,
  result: pageOf(fileActivitySchema),
  errors: ["not_found", "forbidden", "invalid_cursor", "too_many_at_once"],
});
