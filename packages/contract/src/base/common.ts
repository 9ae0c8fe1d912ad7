import { z } from "zod";
import { text } from "./text.ts";

export const uuid = z.uuid().meta({ description: "UUID (version 7 for everything that Holdfast makes)" });
export const timestamp = z.iso.datetime({ offset: true }).meta({ description: "RFC 3339, UTC" });
export const byteCount = z.number().int().nonnegative().meta({ description: "bytes" });

export const idParams = z.object({ id: uuid });

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: text().max(2000).optional(),
});

/** A page of a keyset listing. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** What zod takes for a boolean in a text. */
const yes = ["true", "1", "yes", "on", "y", "enabled"];
const no = ["false", "0", "no", "off", "n", "disabled"];

/** A boolean in a query string. */
export const flag = z
  .stringbool()
  .default(false)
  .meta({ enum: [...yes, ...no], default: "false" });
