"use client";

import type { Rewind } from "@holdfast/contract";
import { adminCancelRewind, adminGetRewind, adminRewindUser } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, problemOf } from "@/lib/api";

const everyMs = 1_000;

/** A rewind of a user's files that was begun here, followed until it ends. */
export function useRewind(userId: string) {
  const client = useQueryClient();
  const [id, setId] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>();
  const key = ["rewinds", userId, id];
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => call(adminGetRewind, { params: { id: userId, rewindId: id as string } }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && state.data.status !== "running" ? false : everyMs),
  });
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const rewind: Rewind | undefined = id === undefined ? undefined : data;
  return {
    rewind,
    busy: busy || rewind?.status === "running",
    problem,
    begin: (to: string, dryRun: boolean) =>
      attempt(async () => {
        const begun = await call(adminRewindUser, { params: { id: userId }, body: { to, dryRun } });
        client.setQueryData(["rewinds", userId, begun.id], begun);
        setId(begun.id);
      }),
    cancel: () =>
      attempt(async () => {
        await call(adminCancelRewind, { params: { id: userId, rewindId: id as string } });
        await client.invalidateQueries({ queryKey: key });
      }),
    forget: () => setId(undefined),
  };
}
