"use client";

import type { User } from "@holdfast/contract";
import { currentSession, logout, ownPath, publicSettings } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

/** Who is signed in: undefined while asking, null for nobody. */
export function useSession() {
  const query = useQuery({ queryKey: keys.session, queryFn: () => call(currentSession), staleTime: 60_000 });
  return { ...query, user: query.data?.user as User | null | undefined };
}

export function useSettings() {
  return useQuery({ queryKey: keys.settings, queryFn: () => call(publicSettings), staleTime: 5 * 60_000 });
}

/** Signs out here and leaves by a full load, so that nothing of this person stays in memory. */
export function useSignOut() {
  const client = useQueryClient();
  return useCallback(async () => {
    await call(logout, { body: { scope: "local" } }).catch(() => {});
    client.clear();
    window.location.assign("/sign-in");
  }, [client]);
}

/** Where to go after signing in: a path of ours, never another site. */
export function nextPath(): string {
  return ownPath(new URLSearchParams(window.location.search).get("next"), window.location.origin);
}
