"use client";

import type { Backup, BackupPart, Restore } from "@holdfast/contract";
import {
  backupHealth,
  getBackup,
  getRestore,
  listBackupSchedules,
  listBackups,
  listBackupTargets,
  listRestores,
} from "@holdfast/contract/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

export type Scope = Backup["scope"];

/** The event stream tells of changes; where it is cut off, this is how stale a page about running work may get. */
const busyMs = 2000;
const idleMs = 60_000;

/** Whether it is going to change without anybody doing anything. */
export function isUnderWay(work: Backup | Restore): boolean {
  return work.status === "queued" || work.status === "running";
}

/** An earlier backup that is being read back right now. */
export function isVerifying(backup: Backup): boolean {
  return backup.status === "completed" && backup.phase === "verifying";
}

export const backupKeys = {
  list: (scope: Scope, spaceId?: string) => [...keys.backups, "list", scope, spaceId ?? null] as const,
  one: (id: string) => [...keys.backups, "one", id] as const,
  restores: [...keys.backups, "restores"] as const,
  restore: (id: string) => [...keys.backups, "restore", id] as const,
  schedules: [...keys.backups, "schedules"] as const,
  targets: [...keys.backups, "targets"] as const,
  health: [...keys.backups, "health"] as const,
  /** What a backup holds never changes, so that no event reads it again. */
  folder: (id: string, part: BackupPart, path: string, sort: string, order: string) =>
    ["snapshot", id, part, path, sort, order] as const,
  preview: (id: string, body: unknown) => ["restore-preview", id, body] as const,
};

export function useBackups(scope: Scope, spaceId?: string) {
  const query = useInfiniteQuery({
    queryKey: backupKeys.list(scope, spaceId),
    queryFn: ({ pageParam }) => call(listBackups, { query: { scope, spaceId, cursor: pageParam, limit: 20 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((item) => isUnderWay(item) || isVerifying(item)))
        ? busyMs
        : idleMs,
  });
  return { query, backups: query.data?.pages.flatMap((page) => page.items) ?? [] };
}

export function useBackup(id: string) {
  return useQuery({ queryKey: backupKeys.one(id), queryFn: () => call(getBackup, { params: { id } }) });
}

export function useRestores() {
  return useQuery({
    queryKey: backupKeys.restores,
    queryFn: () => call(listRestores, { query: { limit: 10 } }),
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? busyMs : idleMs),
  });
}

export function useRestore(id: string) {
  return useQuery({
    queryKey: backupKeys.restore(id),
    queryFn: () => call(getRestore, { params: { id } }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? busyMs / 2 : false),
  });
}

export function useSchedules() {
  return useQuery({ queryKey: backupKeys.schedules, queryFn: () => call(listBackupSchedules) });
}

export function useTargets() {
  return useQuery({ queryKey: backupKeys.targets, queryFn: () => call(listBackupTargets) });
}

export function useHealth() {
  return useQuery({
    queryKey: backupKeys.health,
    queryFn: () => call(backupHealth),
    refetchInterval: ({ state }) => (state.data?.lastRehearsal?.status === "running" ? busyMs : idleMs),
  });
}
