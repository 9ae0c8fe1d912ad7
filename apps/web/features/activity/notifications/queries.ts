import { getNotificationSettings, listNotifications } from "@holdfast/contract/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

/** Events tell of new ones; this is for when none comes. */
const everyMs = 120_000;

/** A user's own, newest first; the first page says how many are unread. */
export function useNotifications() {
  return useInfiniteQuery({
    queryKey: [...keys.notifications, "list"],
    queryFn: ({ pageParam }) => call(listNotifications, { query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: everyMs,
  });
}

export const settingsKey = [...keys.notifications, "settings"] as const;

export function useNotificationSettings() {
  return useQuery({ queryKey: settingsKey, queryFn: () => call(getNotificationSettings) });
}
