import { z } from "zod";
import { byteCount, idParams } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { trashOf } from "./trash.ts";

const tag = "files";

export const totalsSchema = z
  .object({
    files: z.number().int(),
    folders: z.number().int(),
    bytes: byteCount.meta({ description: "of the current versions" }),
    complete: z.boolean().meta({ description: "false: there is more than the 100,000 entries that were counted" }),
  })
  .meta({ id: "Totals" });

export type Totals = z.infer<typeof totalsSchema>;

export const getFolderTotals = operation({
  id: "getFolderTotals",
  method: "GET",
  path: "/api/v1/files/{id}/totals",
  tag,
  summary: "How many files and folders a folder holds in all its depth, and their bytes",
  access: "signed-in",
  params: idParams,
  status: 200,
  result: totalsSchema,
  errors: ["not_found", "not_a_folder", "too_many_at_once"],
});

export const getTrashTotals = operation({
  id: "getTrashTotals",
  method: "GET",
  path: "/api/v1/trash/totals",
  tag,
  summary:
    "How many files and folders the trash holds in all its depth, and their bytes; that of a team: for its managers",
  access: "signed-in",
  query: trashOf,
  status: 200,
  result: totalsSchema,
  errors: ["not_found", "forbidden", "too_many_at_once"],
});
