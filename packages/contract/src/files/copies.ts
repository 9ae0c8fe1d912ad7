import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const tag = "files";

export const copySchema = z
  .object({
    id: uuid.meta({ description: "of the copied folder too, once it is there" }),
    fileId: uuid.meta({ description: "what is copied" }),
    name: z.string(),
    status: z.enum(["running", "completed", "failed", "cancelled"]),
    entriesTotal: z.number().int().nullable().meta({ description: "files and folders; null until they are counted" }),
    entriesDone: z.number().int(),
    errorCode: z.string().nullable(),
    error: z.string().nullable(),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "Copy" });

export type Copy = z.infer<typeof copySchema>;

/** Whether what copyFile answered continues after the answer. */
export function isCopy(result: object): result is Copy {
  return "entriesDone" in result;
}

export const listCopies = operation({
  id: "listCopies",
  method: "GET",
  path: "/api/v1/copies",
  tag,
  summary: "My copies of large folders: those that run first, then those that ended in the last week",
  access: "signed-in",
  status: 200,
  result: z.object({ items: z.array(copySchema) }),
  errors: [],
});

export const getCopy = operation({
  id: "getCopy",
  method: "GET",
  path: "/api/v1/copies/{id}",
  tag,
  summary: "A copy of a large folder and how far it is",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: copySchema,
  errors: ["not_found"],
});

export const cancelCopy = operation({
  id: "cancelCopy",
  method: "DELETE",
  path: "/api/v1/copies/{id}",
  servedInMaintenance: true,
  tag,
  summary: "Stop a copy of a large folder; what was made is removed",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
