import { z } from "zod";
import { pageQuery } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { fileSchema } from "./file.ts";

/** What people look for; a media type and a name's ending decide. */
export const searchKindSchema = z.enum(["folder", "image", "video", "audio", "document", "archive", "other"]);
export type SearchKind = z.infer<typeof searchKindSchema>;

export const searchFiles = operation({
  id: "searchFiles",
  method: "GET",
  path: "/api/v1/search",
  tag: "files",
  summary:
    "Files and folders by the words of their names and of the folders they are in, best first; a page may be short, or empty, before the last: go on while there is a nextCursor",
  access: "signed-in",
  query: pageQuery.extend({
    q: text().min(1).max(255).meta({
      description:
        "Every word must be in the name or in the name of a folder above, and one of them in the name. Case, accents and order do not matter; one or two letters are found where a word begins.",
    }),
    kind: searchKindSchema.optional(),
  }),
  status: 200,
  result: z.object({ items: z.array(fileSchema.extend({ filePath: z.string() })), nextCursor: z.string().nullable() }),
  errors: ["invalid_cursor", "too_many_at_once"],
});
