import type { HealthAction, HealthArea, HealthState } from "@holdfast/contract";

/** What a check has found. `remedy` is for the administrator, in one or two sentences. */
export interface Finding {
  readonly state: HealthState;
  readonly sentence: string;
  readonly remedy?: string;
  readonly action?: HealthAction;
}

export interface Check {
  readonly id: string;
  readonly area: HealthArea;
  /** Null: it does not apply here. */
  look(): Promise<Finding | null> | Finding | null;
}

export const ok = (sentence: string): Finding => ({ state: "ok", sentence });

export function found(state: Exclude<HealthState, "ok">, sentence: string, remedy: string): Finding {
  return { state, sentence, remedy };
}

const DAY_MS = 86_400_000;

/** "3 days", "5 hours", "12 minutes". */
export function spanOf(milliseconds: number): string {
  const [count, unit] =
    milliseconds >= 2 * DAY_MS
      ? [milliseconds / DAY_MS, "day"]
      : milliseconds >= 2 * 3_600_000
        ? [milliseconds / 3_600_000, "hour"]
        : [milliseconds / 60_000, "minute"];
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
