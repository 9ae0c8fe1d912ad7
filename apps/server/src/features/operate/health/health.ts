import { setTimeout as sleep } from "node:timers/promises";
import type { HealthCheck, HealthState } from "@holdfast/contract";
import { type Check, type Finding, found } from "./check.ts";

const PATIENCE_MS = 4_000;
const order: readonly HealthState[] = ["problem", "warning", "notice", "ok"];

export interface Health {
  readonly state: HealthState;
  readonly checkedAt: string;
  readonly checks: HealthCheck[];
}

/** Looks at everything at once. What cannot be looked at is said as well: no check takes the others along. */
export async function lookAtHealth(checks: readonly Check[], now: Date): Promise<Health> {
  const results = await Promise.all(checks.map(judge));
  const found = results.filter((result) => result !== null);
  const rank = ({ state }: HealthCheck) => order.indexOf(state);
  return {
    state: order.find((state) => found.some((check) => check.state === state)) ?? "ok",
    checkedAt: now.toISOString(),
    checks: found.toSorted((a, b) => rank(a) - rank(b)),
  };
}

async function judge({ id, area, look }: Check): Promise<HealthCheck | null> {
  const finding = await within(look);
  if (finding === null) return null;
  const { state, sentence, remedy = null, action = null } = finding;
  return { id, area, state, sentence, remedy, action };
}

async function within(look: Check["look"]): Promise<Finding | null> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal, ref: false }).then(
    () => unknown(`it took longer than ${PATIENCE_MS / 1000} seconds`),
    () => null,
  );
  try {
    return await Promise.race([(async () => look())(), late]);
  } catch (error) {
    return unknown((error as Error).message);
  } finally {
    timer.abort();
  }
}

function unknown(reason: string): Finding {
  const remedy = "Other checks may say why. The log has the details.";
  return found("warning", `This could not be checked: ${reason.replace(/\.$/, "")}.`, remedy);
}
