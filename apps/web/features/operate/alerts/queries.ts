import type { AlertState } from "@holdfast/contract";
import { adminListAlertChannels, adminListAlertRules, adminListAlerts } from "@holdfast/contract/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useAct } from "@/lib/request/use-act";

/** Events tell of changes; this is for when none comes. */
const everyMs = 60_000;
/** So many stand in the list of the bell. */
const most = 5;

/** What is open, for the bell and for the numbers of the tabs. */
export function useOpenAlerts(enabled = true) {
  return useQuery({
    queryKey: [...keys.alerts, "bell"],
    queryFn: () => call(adminListAlerts, { query: { limit: most } }),
    refetchInterval: everyMs,
    enabled,
  });
}

export function useAlertCounts() {
  return useOpenAlerts().data;
}

export function useAlertList(state: AlertState) {
  return useInfiniteQuery({
    queryKey: [...keys.alerts, "list", state],
    queryFn: ({ pageParam }) => call(adminListAlerts, { query: { state, limit: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: everyMs,
  });
}

export function useAlertRules() {
  return useQuery({ queryKey: [...keys.alerts, "rules"], queryFn: () => call(adminListAlertRules) });
}

export function useAlertChannels() {
  return useQuery({ queryKey: [...keys.alerts, "channels"], queryFn: () => call(adminListAlertChannels) });
}

export const useAlertAct = () => useAct(keys.alerts);
