import { z } from "zod";
import { byteCount, idParams, pageOf, pageQuery, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { roleSchema, userSchema } from "./users.ts";

const tag = "admin";
const link = z
  .string()
  .nullable()
  .meta({ description: "null: it was mailed. Lets its holder choose the password, once" });
/** Hand the link over yourself even where mail can be sent. */
const asLink = z.boolean().default(false);

/** An account that was invited and has not been taken up. */
export const invitationSchema = z
  .object({
    id: uuid.meta({ description: "of the user" }),
    email: z.string(),
    displayName: z.string().nullable(),
    role: roleSchema,
    quotaBytes: byteCount.nullable(),
    sentAt: timestamp,
    sentBy: z
      .object({ id: uuid, email: z.string(), displayName: z.string().nullable() })
      .nullable()
      .meta({ description: "null: a user who is gone, or made outside of Holdfast" }),
    byMail: z.boolean().nullable().meta({ description: "false: as a link to hand over; null: not known" }),
    expiresAt: timestamp.nullable().meta({ description: "null: as the identity service is set" }),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof invitationSchema>;

export const adminInviteUser = operation({
  id: "adminInviteUser",
  method: "POST",
  path: "/api/v1/admin/users/invitations",
  tag,
  summary: "Invite someone by email, or by a link to hand over where no mail can be sent",
  access: "admin",
  body: z.object({
    email: z.email().max(255).trim().toLowerCase(),
    role: roleSchema.default("user"),
    displayName: text().trim().max(100).optional(),
    quotaBytes: byteCount.nullable().optional().meta({ description: "absent: the server's default" }),
    asLink,
  }),
  status: 201,
  idempotencyKey: true,
  result: z.object({ user: userSchema, link }),
  errors: ["email_taken", "rate_limited", "disk_full"],
});

export const adminListInvitations = operation({
  id: "adminListInvitations",
  method: "GET",
  path: "/api/v1/admin/users/invitations",
  tag,
  summary: "Invitations that nobody has taken up yet, newest first",
  access: "admin",
  query: pageQuery,
  status: 200,
  result: pageOf(invitationSchema),
  errors: ["invalid_cursor"],
});

export const adminResendInvitation = operation({
  id: "adminResendInvitation",
  method: "POST",
  path: "/api/v1/admin/users/invitations/{id}/resend",
  tag,
  summary: "Invite the same person once more; the former link stops working",
  access: "admin",
  params: idParams,
  body: z.object({ asLink }).default({ asLink: false }),
  status: 200,
  result: z.object({ link }),
  errors: ["not_found", "rate_limited"],
});

export const adminRevokeInvitation = operation({
  id: "adminRevokeInvitation",
  method: "DELETE",
  path: "/api/v1/admin/users/invitations/{id}",
  tag,
  summary: "Take an invitation back; who has taken it up already stays",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});
