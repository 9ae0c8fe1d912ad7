import { z } from "zod";
import { idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

const tag = "notifications";

/** What people can be notified of; each has its sentence in the pages and in emails, and its switches. */
export const notificationKinds = [
  "grant.given",
  "grant.changed",
  "grant.ended",
  "team.joined",
  "team.left",
  "comment.added",
  "comment.mentioned",
  "file.requested-upload",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** Who did something, as others may know them. */
export const personSchema = z
  .object({ id: uuid, name: z.string().meta({ description: "the display name, or what stands before the @" }) })
  .meta({ id: "Person" });

const notificationSchema = z
  .object({
    id: uuid,
    kind: z.string(),
    actor: personSchema
      .nullable()
      .meta({ description: "whose doing it is; null: the server's, or of a user who is gone" }),
    file: z
      .object({
        id: uuid,
        kind: z.enum(["file", "folder"]),
        folderId: uuid.nullable().meta({ description: "the folder that it lies in, where you may open that one" }),
      })
      .nullable()
      .meta({ description: "what it is about, while you may open it" }),
    excerpt: z.string().nullable().meta({ description: "how the comment begins, while you may see the file" }),
    detail: z.record(z.string(), z.unknown()).meta({ description: "names as they were, such as `name` of the file" }),
    createdAt: timestamp,
    readAt: timestamp.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof notificationSchema>;

const unread = z.number().int().meta({ description: "how many are unread" });

export const listNotifications = operation({
  id: "listNotifications",
  method: "GET",
  path: "/api/v1/notifications",
  tag,
  summary: "What I am notified of, newest first, and how many are unread. Kept for 90 days, 1,000 at most",
  access: "signed-in",
  query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(200).default(30) }),
  status: 200,
  result: pageOf(notificationSchema).extend({ unread }),
  errors: ["invalid_cursor"],
});

export const updateNotifications = operation({
  id: "updateNotifications",
  method: "PATCH",
  path: "/api/v1/notifications",
  tag,
  summary: "Mark notifications as read or unread: these, or all up to one",
  access: "signed-in",
  servedInMaintenance: true,
  body: z
    .object({
      ids: z.array(uuid).min(1).max(100).optional(),
      readUpTo: uuid.optional().meta({ description: "this notification and all that are older" }),
      read: z.boolean().default(true),
    })
    .refine(({ ids, readUpTo }) => (ids === undefined) !== (readUpTo === undefined), "give either ids or readUpTo"),
  status: 200,
  result: z.object({ unread }),
  errors: [],
});

export const deleteNotification = operation({
  id: "deleteNotification",
  method: "DELETE",
  path: "/api/v1/notifications/{id}",
  tag,
  summary: "Remove a notification",
  access: "signed-in",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

const digestSchema = z.enum(["at-once", "hourly", "daily", "never"]);

const settingsSchema = z
  .object({
    digest: digestSchema.meta({ description: "how long unread notifications wait for the email that sums them up" }),
    mail: z.boolean().meta({ description: "whether this server sends email at all" }),
    kinds: z.array(z.object({ kind: z.enum(notificationKinds), page: z.boolean(), mail: z.boolean() })),
  })
  .meta({ id: "NotificationSettings" });
export type NotificationSettings = z.infer<typeof settingsSchema>;

export const getNotificationSettings = operation({
  id: "getNotificationSettings",
  method: "GET",
  path: "/api/v1/notifications/settings",
  tag,
  summary: "What I am notified of, where, and how often by email",
  access: "signed-in",
  status: 200,
  result: settingsSchema,
  errors: [],
});

export const updateNotificationSettings = operation({
  id: "updateNotificationSettings",
  method: "PATCH",
  path: "/api/v1/notifications/settings",
  tag,
  summary: "Change what I am notified of; what is not named stays as it is",
  access: "signed-in",
  body: z.object({
    digest: digestSchema.optional(),
    kinds: z
      .array(z.object({ kind: z.enum(notificationKinds), page: z.boolean().optional(), mail: z.boolean().optional() }))
      .max(100)
      .default([]),
  }),
  status: 200,
  result: settingsSchema,
  errors: [],
});

export const unsubscribe = operation({
  id: "unsubscribe",
  method: "POST",
  path: "/api/v1/notifications/unsubscribe",
  repeatable: true,
  tag,
  summary: "Turn off the email that sums up notifications, with the token of such an email",
  access: "public",
  body: z.object({ token: text().max(200) }),
  status: 204,
  result: null,
  errors: ["not_found"],
});
