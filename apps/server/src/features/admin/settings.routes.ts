import {
  adminGetSettings,
  adminUpdateSettings,
  type DirectorySetting,
  type MaintenanceNotice,
  publicSettings,
} from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { audit } from "../../platform/audit/audit.ts";
import type { Database } from "../../platform/database/database.ts";
import { originOf } from "../../platform/http/principal.ts";
import { route } from "../../platform/http/route.ts";
import type { LiveSetting } from "../../platform/settings/live-setting.ts";
import type { Auth } from "../auth/index.ts";

export interface SettingsRoutesDeps {
  db: Database;
  auth: Pick<Auth, "setup" | "policy" | "passkeys">;
  directory: LiveSetting<DirectorySetting>;
  passwordMinLength: number;
  /** Whether mail can be sent. */
  mail: boolean;
  trashDays: number;
  /** Where links lead; null: to the address of the request. */
  publicUrl: string | null;
  version: string;
  /** What everybody may know of maintenance mode; null: it is off. */
  maintenance(): MaintenanceNotice | null;
}

export function settingsRoutes(
  app: FastifyInstance,
  { db, auth, directory, maintenance, ...settings }: SettingsRoutesDeps,
): void {
  const read = async () => ({ ...(await auth.policy.read()), directory: directory.current() ?? ("visible" as const) });
  route(app, publicSettings, async () => {
    const { signup } = await auth.policy.read();
    const { message, until } = maintenance() ?? {};
    return {
      ...{ ...settings, signup, setupOpen: await auth.setup.isOpen(), passkeys: await auth.passkeys() },
      maintenance: maintenance() === null ? null : { message: message ?? null, until: until ?? null },
    };
  });

  route(app, adminGetSettings, read);

  route(app, adminUpdateSettings, async ({ body, request }) => {
    await db.transaction(async (tx) => {
      await auth.policy.change(tx, body);
      if (body.directory) await directory.save(tx, body.directory);
      await audit(tx, originOf(request), { action: "settings.update", targetId: null, detail: body });
    });
    await directory.refresh();
    return read();
  });
}
