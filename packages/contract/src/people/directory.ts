import { z } from "zod";
import { operation } from "../base/operation.ts";
import { text } from "../base/text.ts";
import { granteeSchema } from "./grants.ts";

/** Who finds whom: everyone by how a name or an address begins, or only by a whole email address, and groups only by their members. */
export const directorySettingSchema = z.enum(["visible", "hidden"]);
export type DirectorySetting = z.infer<typeof directorySettingSchema>;

export const directoryFound = 20;

export const searchDirectory = operation({
  id: "searchDirectory",
  method: "GET",
  path: "/api/v1/directory",
  tag: "sharing",
  summary: "Users and groups to share with, by how their names or email addresses begin",
  access: "signed-in",
  query: z.object({ q: text().trim().min(1).max(255) }),
  status: 200,
  result: z.object({ items: z.array(granteeSchema).max(directoryFound), directory: directorySettingSchema }),
  errors: [],
});
