import type { Logger } from "pino";
import { z } from "zod";
import { type LiveSetting, type LiveSettingDeps, liveSetting } from "../settings/live-setting.ts";

export const levels = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
export type Level = (typeof levels)[number];

const stateSchema = z.object({ level: z.enum(levels), until: z.string() });

export interface LiveLevel {
  /** What holds in this process now. */
  state(): { level: Level; usual: Level; until: string | null };
  readonly setting: LiveSetting<z.output<typeof stateSchema>>;
  close(): void;
}

/** The level of this process's log: the one of the settings, or for a while another, on every node; it goes back by itself. */
export async function followLogLevel(deps: LiveSettingDeps, log: Logger, usual: Level): Promise<LiveLevel> {
  const setting = await liveSetting(deps, "log-level", stateSchema);
  let timer: NodeJS.Timeout | null = null;

  function chosen() {
    const value = setting.current();
    return value !== null && Date.parse(value.until) > Date.now() ? value : null;
  }
  function apply(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const value = chosen();
    log.level = value?.level ?? usual;
    if (value) timer = setTimeout(apply, Math.min(Date.parse(value.until) - Date.now() + 1, 2 ** 31 - 1)).unref();
  }
  apply();
  setting.onChange(apply);
  return {
    state: () => ({ level: chosen()?.level ?? usual, usual, until: chosen()?.until ?? null }),
    setting,
    close() {
      if (timer) clearTimeout(timer);
      log.level = usual;
      setting.close();
    },
  };
}
