import { z } from "zod";
import { batchItemSchema } from "../base/batch-item.ts";
import { uuid } from "../base/common.ts";
import { bytes, operation } from "../base/operation.ts";
import { conflictModeSchema } from "./file.ts";

/** Of one request; folders and refused entries count. */
export const maxBatchEntries = 1000;
/** Of one archive, headers and all. */
export const maxBatchBytes = 1024 ** 3;

export const uploadBatch = operation({
  id: "uploadBatch",
  method: "POST",
  path: "/api/v1/files/batch",
  tag: "uploads",
  summary:
    "Store many files: the body is a tar archive of at most 1,000 entries and 1 GiB. Each entry is answered for itself, and one that is stored already is unchanged",
  access: "signed-in",
  repeatable: true,
  query: z.object({ parentId: uuid.optional(), onConflict: conflictModeSchema }),
  body: bytes,
  bodyMedia: "application/x-tar",
  status: 200,
  result: z.object({ items: z.array(batchItemSchema).meta({ description: "one per entry, in their order" }) }),
  errors: [
    ...(["not_found", "not_a_folder", "invalid_archive", "too_large", "length_mismatch"] as const),
    ...(["too_many_at_once", "disk_full"] as const),
  ],
});
