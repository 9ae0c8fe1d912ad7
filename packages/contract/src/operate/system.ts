import { z } from "zod";
import { flag } from "../base/common.ts";
import { bytes, events, operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { maintenanceNoticeSchema } from "./maintenance.ts";

const tag = "system";

export const healthz = operation({
  id: "healthz",
  method: "GET",
  path: "/healthz",
  tag,
  summary: "Is the process alive?",
  access: "public",
  status: 200,
  result: z.object({ status: z.literal("ok") }),
  errors: [],
});

const checkSchema = z.object({
  name: z.enum(["database", "storage", "worker", "disk", "auth"]),
  ok: z.boolean(),
  code: z.enum(["ok", "unavailable", "timeout", "full", "starting", "missing", "silent", "away", "misconfigured"]),
  detail: z
    .string()
    .optional()
    .meta({ description: "a sentence for the operator: for administrators, and for requests from the machine itself" }),
});

/** Answers 503 with the same body when not ready. */
export const readyz = operation({
  id: "readyz",
  method: "GET",
  path: "/readyz",
  tag,
  summary: "Can requests be served? With a code for each part, and for administrators the reason",
  access: "public",
  status: 200,
  also: { 503: "Not ready" },
  result: z.object({
    status: z.enum(["ready", "not_ready"]),
    /** Refused while a disk is almost full; downloads and deleting work, and the answer is 200. */
    uploads: z.enum(["accepted", "refused"]),
    checks: z.array(checkSchema),
  }),
  errors: [],
});

/** Judged by the handler: a program of the machine itself, or one that shows METRICS_TOKEN. */
export const getMetrics = operation({
  id: "getMetrics",
  method: "GET",
  path: "/metrics",
  tag,
  summary: "What Prometheus reads: to the machine itself, and to who sends METRICS_TOKEN as a bearer token",
  access: "public",
  status: 200,
  result: bytes,
  media: "text/plain",
  errors: ["unauthenticated", "not_found"],
});

export const eventSchema = z
  .object({
    type: z.enum([
      "files.changed",
      "copies.changed",
      "shares.changed",
      "grants.changed",
      "backups.changed",
      "alerts.changed",
      "notifications.changed",
      "comments.changed",
      "session.ended",
      "user.changed",
      "maintenance.changed",
    ]),
    id: z.string().optional(),
    data: z.unknown().optional(),
  })
  .meta({ id: "Event" });
export type ServerEvent = z.infer<typeof eventSchema>;

export const streamEvents = operation({
  id: "streamEvents",
  method: "GET",
  path: "/api/v1/events",
  tag,
  summary: "What changes for me, as server-sent events; each data line is an Event",
  access: "signed-in",
  status: 200,
  result: events,
  errors: [],
});

const jobSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(["created", "retry", "active", "completed", "cancelled", "failed"]),
    retryCount: z.number().int(),
    retryLimit: z.number().int(),
    createdOn: z.string(),
    startedOn: z.string().nullable(),
    completedOn: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "Job" });

export const adminListJobs = operation({
  id: "adminListJobs",
  method: "GET",
  path: "/api/v1/admin/jobs",
  tag: "admin",
  summary: "Background jobs, newest first; failed ones stay until an administrator looks",
  access: "admin",
  query: z.object({
    state: z.enum(["failed", "active", "created", "retry", "completed"]).optional(),
    routine: flag.meta({ description: "also those that run every few minutes and did not fail" }),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  status: 200,
  result: z.object({ items: z.array(jobSchema) }),
  errors: [],
});

export const adminRetryJob = operation({
  id: "adminRetryJob",
  method: "POST",
  path: "/api/v1/admin/jobs/{name}/{id}/retry",
  repeatable: true,
  tag: "admin",
  summary: "Run a failed job again",
  access: "admin",
  params: z.object({ name: text().max(100), id: z.uuid() }),
  status: 204,
  result: null,
  errors: ["not_found"],
});

export const publicSettings = operation({
  id: "publicSettings",
  method: "GET",
  path: "/api/v1/settings",
  tag,
  summary: "What a page must know before anybody signs in",
  access: "public",
  status: 200,
  result: z.object({
    signup: z.enum(["open", "approval", "invite", "closed"]),
    setupOpen: z.boolean(),
    passwordMinLength: z.number().int(),
    mail: z.boolean(),
    passkeys: z.boolean().meta({ description: "people can have passkeys, and sign in with them" }),
    trashDays: z.number().int(),
    publicUrl: z.string().nullable().meta({ description: "where links lead; null: to the address of the request" }),
    version: z.string(),
    maintenance: maintenanceNoticeSchema
      .nullable()
      .meta({ description: "while it is on, files, links and accounts cannot be changed" }),
  }),
  errors: [],
});
