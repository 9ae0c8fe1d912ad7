import { z } from "zod";
import { byteCount, timestamp, uuid } from "../base/common.ts";

/** A name is data: up to 255 bytes of UTF-8, no `/`, no NUL, not `.` or `..`. The server judges and says what is wrong. */
export const entryName = z.string().max(1024);

export const conflictModeSchema = z
  .enum(["fail", "rename", "replace"])
  .default("fail")
  .meta({ description: 'What a taken name leads to: an error, "report (2).pdf", or a new version' });

/** What somebody may do with a file or folder of another's: what grants allow together. */
export const fileRoleSchema = z
  .enum(["uploader", "viewer", "contributor", "editor", "manager"])
  .meta({ description: "what one may" });
export type FileRole = z.infer<typeof fileRoleSchema>;

/** Whose a space is. */
export const ownerSchema = z
  .object({ kind: z.enum(["user", "team"]), id: uuid, name: z.string() })
  .meta({ id: "Owner" });
export type Owner = z.infer<typeof ownerSchema>;

export const fileSchema = z
  .object({
    id: uuid,
    userId: uuid.meta({ description: "who brought it" }),
    spaceId: uuid.meta({ description: "whose it is: a person's id, or a team's" }),
    parentId: uuid.nullable().meta({ description: "null: in the root folder of its space, whose id is spaceId" }),
    name: z.string(),
    kind: z.enum(["file", "folder"]),
    fileType: z.string().nullable().meta({ description: "media type by content; null for folders" }),
    fileSize: byteCount.meta({ description: "bytes; 0 for folders" }),
    sha256: z.string().nullable().meta({ description: "hex; null for folders, and until a job has computed it" }),
    etag: z.string(),
    uploadedAt: timestamp,
    lastModified: timestamp,
    trashedAt: timestamp.nullable(),
    linkCount: z.number().int().meta({ description: "live links on it" }),
    role: fileRoleSchema.optional().meta({ description: "what you may with it; in lists and details" }),
  })
  .meta({ id: "File" });

export type File = z.infer<typeof fileSchema>;

export const fileDetailSchema = fileSchema
  .extend({
    filePath: z.string().meta({ description: "the path that people see, /-separated, beginning with /" }),
    ancestors: z.array(z.object({ id: uuid, name: z.string() })).meta({ description: "outermost first, without root" }),
    role: fileRoleSchema,
    owner: ownerSchema,
  })
  .meta({ id: "FileDetail" });

export type FileDetail = z.infer<typeof fileDetailSchema>;

export const sortSchema = z.enum(["name", "size", "modified"]).default("name");

export const orderSchema = z.enum(["asc", "desc"]).default("asc");
