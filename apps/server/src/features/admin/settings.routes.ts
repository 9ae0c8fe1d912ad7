import { publicSettings } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { route } from "../../platform/http/route.ts";
import type { Auth } from "../auth/index.ts";

export interface SettingsRoutesDeps {
  signup: "open" | "invite" | "closed";
  passwordMinLength: number;
  /** Whether mail can be sent. */
  mail: boolean;
  trashDays: number;
  version: string;
  setup: Auth["setup"];
}

export function settingsRoutes(app: FastifyInstance, { setup, ...settings }: SettingsRoutesDeps): void {
  route(app, publicSettings, async () => ({ ...settings, setupOpen: await setup.isOpen() }));
}
