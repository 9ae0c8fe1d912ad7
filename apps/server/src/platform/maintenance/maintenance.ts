import { z } from "zod";
import type { LiveSetting, LiveSettingDeps } from "../settings/live-setting.ts";
import { liveSetting } from "../settings/live-setting.ts";

/** The row of `holdfast.settings`. A restore of the whole server does not bring it back. */
export const maintenanceSetting = "maintenance";

const stateSchema = z.object({
  message: z.string().nullable(),
  /** When it should be over, for people. Nothing ends it but an administrator. */
  until: z.string().nullable(),
  since: z.string(),
  by: z.string().nullable(),
});

/** While it is on nobody changes files, links or accounts; reading, signing in, backups and administration continue. */
export type MaintenanceState = z.output<typeof stateSchema>;
export type Maintenance = LiveSetting<MaintenanceState>;

export function watchMaintenance(deps: LiveSettingDeps): Promise<Maintenance> {
  return liveSetting(deps, maintenanceSetting, stateSchema);
}

/** What is answered to somebody who wants to change something. */
export function maintenanceSentence({ message, until }: Pick<MaintenanceState, "message" | "until">): string {
  const expected =
    until === null ? "" : ` It should be over at ${until.replace(/:\d\d(\.\d+)?Z$/, " UTC").replace("T", " ")}.`;
  const words = message === null || message === "" ? "" : ` ${message.replace(/([^.!?])$/, "$1.")}`;
  return `Holdfast is being maintained: nothing can be changed at the moment, and everything can be read.${words}${expected}`;
}
