import type { Alert, HealthCheck } from "@holdfast/contract";
import { adminHealth, adminListAlerts } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { call, problemOf } from "@/lib/api";
import { keys } from "@/lib/query";

export interface Wellness {
  readonly state: "well" | "attention" | "broken";
  readonly wrong: readonly Pick<HealthCheck, "id" | "sentence">[];
  /** Open ones, the newest few. */
  readonly alerts: readonly Pick<Alert, "id" | "title">[];
}

const AGAIN_MS = 15_000;

/** What the checks of Admin → Health found, and the open alerts; null until both are known. */
export function useWellness(): Wellness | null {
  const health = useQuery({ queryKey: keys.health, queryFn: () => call(adminHealth), refetchInterval: AGAIN_MS });
  const alerts = useQuery({
    queryKey: [...keys.alerts, "few"],
    queryFn: () => call(adminListAlerts, { query: { state: "open", limit: 5 } }),
    refetchInterval: AGAIN_MS,
  });
  if (health.error) return { state: "broken", wrong: [failure(health.error)], alerts: [] };
  if (!health.data || (alerts.isPending && !alerts.error)) return null;
  const wrong = health.data.checks.filter(({ state }) => state === "warning" || state === "problem");
  const open = alerts.data?.items ?? [];
  return { state: wrong.length + open.length > 0 ? "attention" : "well", wrong, alerts: open };
}

function failure(error: unknown): Wellness["wrong"][number] {
  return { id: "health", sentence: problemOf(error).message };
}
