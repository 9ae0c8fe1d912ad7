import { z } from "zod";
import { idParams, timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text, webAddress } from "../base/text.ts";
import { severitySchema } from "./alerts.ts";

const tag = "admin";

export const alertChannelKindSchema = z.enum(["mail", "webhook", "ntfy", "slack", "discord", "matrix", "gotify"]);
export type AlertChannelKind = z.infer<typeof alertChannelKindSchema>;

export const alertChannelSchema = z
  .object({
    id: uuid,
    name: z.string(),
    kind: alertChannelKindSchema,
    enabled: z.boolean(),
    minSeverity: severitySchema.meta({ description: "what is less severe is not sent" }),
    sendResolved: z.boolean().meta({ description: "also when it is over" }),
    recipients: z.array(z.string()).nullable().meta({ description: "of mail; null: every administrator" }),
    host: z
      .string()
      .nullable()
      .meta({ description: "where it goes; the whole address is a secret, and is never answered" }),
    lastSentAt: timestamp.nullable(),
    lastError: z.string().nullable().meta({ description: "of the last attempt; null: it was sent" }),
    lastErrorAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "AlertChannel" });
export type AlertChannel = z.infer<typeof alertChannelSchema>;

const name = text().trim().min(1).max(100);
const address = webAddress().max(2000);
const token = text().min(1).max(1000);
const room = text().min(1).max(300).meta({ description: "the room's id, such as !abc:example.org" });
const signingSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be "whsec_" and 24 to 64 bytes in Base64')
  .meta({ description: "Standard Webhooks; without one it is made, and answered this once" });
const recipients = z.array(z.email().max(320)).max(20).nullable();
const usual = {
  enabled: z.boolean().default(true),
  minSeverity: severitySchema.default("warning"),
  sendResolved: z.boolean().default(true),
};

export const adminListAlertChannels = operation({
  id: "adminListAlertChannels",
  method: "GET",
  path: "/api/v1/admin/alert-channels",
  tag,
  summary: "Where alerts are sent",
  access: "admin",
  status: 200,
  result: z.object({
    items: z.array(alertChannelSchema),
    mail: z.boolean().meta({ description: "this server sends mail" }),
  }),
  errors: [],
});

export const adminCreateAlertChannel = operation({
  id: "adminCreateAlertChannel",
  method: "POST",
  path: "/api/v1/admin/alert-channels",
  tag,
  summary:
    "Send alerts by mail, to a webhook (signed by Standard Webhooks), or to ntfy, Slack, Discord, Matrix or Gotify",
  access: "admin",
  body: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("mail"), name, recipients: recipients.default(null), ...usual }),
    z.object({ kind: z.literal("webhook"), name, url: address, secret: signingSecret.optional(), ...usual }),
    z.object({ kind: z.literal("ntfy"), name, url: address, token: token.optional(), ...usual }),
    z.object({ kind: z.literal("slack"), name, url: address, ...usual }),
    z.object({ kind: z.literal("discord"), name, url: address, ...usual }),
    z.object({ kind: z.literal("matrix"), name, url: address, room, token, ...usual }),
    z.object({ kind: z.literal("gotify"), name, url: address, token, ...usual }),
  ]),
  status: 201,
  idempotencyKey: true,
  result: z.object({
    channel: alertChannelSchema,
    secret: z
      .string()
      .nullable()
      .meta({ description: "what the receiver verifies signatures with, where it was made now" }),
  }),
  errors: ["name_taken", "conflict"],
});
export type NewAlertChannel = z.infer<typeof adminCreateAlertChannel.body>;

export const adminUpdateAlertChannel = operation({
  id: "adminUpdateAlertChannel",
  method: "PATCH",
  path: "/api/v1/admin/alert-channels/{id}",
  tag,
  summary: "Change a channel; an address, token, room or secret that is given takes the place of the former one",
  access: "admin",
  params: idParams,
  body: z.object({
    name: name.optional(),
    enabled: z.boolean().optional(),
    minSeverity: severitySchema.optional(),
    sendResolved: z.boolean().optional(),
    recipients: recipients.optional(),
    url: address.optional(),
    token: token.optional(),
    room: room.optional(),
    secret: signingSecret.optional(),
  }),
  status: 200,
  result: alertChannelSchema,
  errors: ["not_found", "name_taken"],
});
export type AlertChannelChange = z.infer<typeof adminUpdateAlertChannel.body>;

export const adminDeleteAlertChannel = operation({
  id: "adminDeleteAlertChannel",
  method: "DELETE",
  path: "/api/v1/admin/alert-channels/{id}",
  tag,
  summary: "Send no more alerts there",
  access: "admin",
  params: idParams,
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const adminTestAlertChannel = operation({
  id: "adminTestAlertChannel",
  method: "POST",
  path: "/api/v1/admin/alert-channels/{id}/test",
  repeatable: true,
  tag,
  summary: "Send a test message now",
  access: "admin",
  params: idParams,
  status: 200,
  result: z.object({ ok: z.boolean(), detail: z.string() }),
  errors: ["not_found"],
});
