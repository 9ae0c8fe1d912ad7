import { z } from "zod";
import { timestamp, uuid } from "../base/common.ts";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";

/** What everybody may know of maintenance mode. */
export const maintenanceNoticeSchema = z.object({
  message: z.string().nullable(),
  until: timestamp.nullable().meta({ description: "when it should be over; it ends when an administrator ends it" }),
});
export type MaintenanceNotice = z.infer<typeof maintenanceNoticeSchema>;

const maintenanceSchema = maintenanceNoticeSchema
  .extend({ since: timestamp, by: uuid.nullable().meta({ description: "the administrator who began it" }) })
  .meta({ id: "Maintenance" });

const result = z.object({ maintenance: maintenanceSchema.nullable().meta({ description: "null: it is off" }) });
const common = { path: "/api/v1/admin/maintenance", tag: "admin", access: "admin", status: 200, result } as const;

export const adminGetMaintenance = operation({
  ...common,
  id: "adminGetMaintenance",
  method: "GET",
  summary: "Is maintenance mode on?",
  errors: [],
});

export const adminSetMaintenance = operation({
  ...common,
  id: "adminSetMaintenance",
  method: "POST",
  repeatable: true,
  summary: "Refuse changes of files, links and accounts on every node, or allow them again",
  body: z.object({
    on: z.boolean(),
    message: text().trim().max(500).nullish().meta({ description: "shown to everybody" }),
    until: timestamp.nullish(),
  }),
  errors: ["invalid_request"],
});
