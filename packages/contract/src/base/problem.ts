import { z } from "zod";
import { batchItemSchema } from "./batch-item.ts";
import { type ErrorCode, errorCodes } from "./errors.ts";

/** RFC 9457 problem details, as every error is answered (`application/problem+json`). */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** With mfa_required, where the password was right: what the second step is finished with, for five minutes. */
    challenge: z.string().optional(),
    /** Of an upload of many files that ended early: what became of the entries before. */
    items: z.array(batchItemSchema).optional(),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;
