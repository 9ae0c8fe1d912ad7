import type { Alert } from "@holdfast/contract";
import { adminListAlerts, type ResultOf, readyz } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";

export type Readiness = ResultOf<typeof readyz>;

export interface Wellness {
  readonly state: "well" | "attention" | "broken";
  readonly wrong: Readiness["checks"];
  /** Open ones, the newest few. */
  readonly alerts: readonly Pick<Alert, "id" | "title">[];
}

const AGAIN_MS = 15_000;

/** What the server says of itself, and the open alerts; null until both are known. */
export function useWellness(): Wellness | null {
  const ready = useQuery({ queryKey: ["readiness"], queryFn: readReadiness, refetchInterval: AGAIN_MS });
  const alerts = useQuery({
    queryKey: ["alerts", "open", "few"],
    queryFn: () => call(adminListAlerts, { query: { state: "open", limit: 5 } }),
    refetchInterval: AGAIN_MS,
  });
  if (!ready.data || (alerts.isPending && !alerts.error)) return null;
  const wrong = ready.data.checks.filter(({ ok }) => !ok);
  const open = alerts.data?.items ?? [];
  const state = ready.data.status !== "ready" ? "broken" : wrong.length + open.length > 0 ? "attention" : "well";
  return { state, wrong, alerts: open };
}

/** A server that is not ready says so with 503 and the same body. */
async function readReadiness({ signal }: { signal: AbortSignal }): Promise<Readiness> {
  const answer = await fetch("/readyz", { credentials: "same-origin", signal });
  return (await answer.json()) as Readiness;
}
