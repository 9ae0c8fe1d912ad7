import { z } from "zod";
import { uuid } from "./common.ts";
import { type ErrorCode, errorCodes } from "./errors.ts";

/** What became of one entry of an upload of many files. */
export const batchItemSchema = z
  .object({
    path: z.string().meta({ description: "as it stands in the archive" }),
    status: z
      .enum(["stored", "unchanged", "failed"])
      .meta({ description: "unchanged: the very file, or the folder, was there already" }),
    id: uuid.optional().meta({ description: "of the file or folder; not for what failed" }),
    code: z
      .enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])
      .optional()
      .meta({ description: "why it failed" }),
    detail: z.string().optional(),
  })
  .meta({ id: "BatchItem" });

export type BatchItem = z.infer<typeof batchItemSchema>;
