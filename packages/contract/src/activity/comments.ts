import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { personSchema } from "./notifications.ts";

const tag = "files";

/** Counted as PostgreSQL does: an emoji is one character. */
const commentText = text()
  .trim()
  .min(1)
  .refine((value) => [...value].length <= 4000, "must have at most 4,000 characters")
  .meta({
    description:
      "Markdown of a few forms: **bold**, *italic*, `code`, [links](https://…), lists. `@[name](id)` mentions a person, at most 20",
    maxLength: 4000,
  });

const commentSchema = z
  .object({
    id: uuid,
    fileId: uuid,
    author: personSchema.nullable().meta({ description: "null: a user who is gone" }),
    text: z.string(),
    mentions: z.array(personSchema).meta({ description: "people whom the text mentions, as they are called now" }),
    createdAt: timestamp,
    editedAt: timestamp.nullable(),
    mine: z.boolean(),
    mayDelete: z.boolean(),
  })
  .meta({ id: "Comment" });
export type Comment = z.infer<typeof commentSchema>;

export const listComments = operation({
  id: "listComments",
  method: "GET",
  path: "/api/v1/files/{id}/comments",
  tag,
  summary: "Comments on a file or folder, newest first, and how many there are",
  access: "signed-in",
  params: idParams,
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
  status: 200,
  result: pageOf(commentSchema).extend({ total: z.number().int() }),
  errors: ["not_found", "forbidden", "invalid_cursor"],
});

export const addComment = operation({
  id: "addComment",
  method: "POST",
  path: "/api/v1/files/{id}/comments",
  tag,
  summary: "Comment on a file or folder that I may see. At most 1,000 comments a file, and 20 a minute",
  access: "signed-in",
  params: idParams,
  body: z.object({ text: commentText }),
  status: 201,
  idempotencyKey: true,
  result: commentSchema,
  errors: ["not_found", "forbidden", "too_many_comments", "rate_limited"],
});

export const updateComment = operation({
  id: "updateComment",
  method: "PATCH",
  path: "/api/v1/comments/{id}",
  tag,
  summary: "Change a comment of mine",
  access: "signed-in",
  params: idParams,
  body: z.object({ text: commentText }),
  status: 200,
  result: commentSchema,
  errors: ["not_found", "forbidden", "rate_limited"],
});

export const deleteComment = operation({
  id: "deleteComment",
  method: "DELETE",
  path: "/api/v1/comments/{id}",
  tag,
  summary: "Delete a comment of mine, or one on a file that I manage",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found", "forbidden"],
});

export const listMentionable = operation({
  id: "listMentionable",
  method: "GET",
  path: "/api/v1/files/{id}/mentionable",
  tag,
  summary: "People who may see this and can be mentioned in a comment on it, at most 10",
  access: "signed-in",
  params: idParams,
  query: z.object({ q: text().trim().max(100).default("") }),
  status: 200,
  result: z.object({ items: z.array(personSchema) }),
  errors: ["not_found", "forbidden", "too_many_at_once"],
});
