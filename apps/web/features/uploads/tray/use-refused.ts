import type { ResultOf } from "@holdfast/contract";
import { finishUpload, listUploads } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { folderChanged } from "@/features/files/listing/listing";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import type { UploadEngine } from "../engine";
import { discardUpload, uploadIdOf } from "../transfer/kept";

export type RefusedUpload = ResultOf<typeof listUploads>["items"][number];
export type RefusedChoice = "rename" | "replace" | "again" | "top" | "discard";

/** What helps against a refusal. */
export function choicesFor({ refusal }: RefusedUpload): readonly RefusedChoice[] {
  if (refusal?.code === "name_taken") return ["rename", "replace", "discard"];
  if (refusal?.code === "quota_exceeded") return ["again", "discard"];
  return ["top", "discard"];
}

/**
 * Uploads that came whole and could not become files, and that this page is not asking about by itself: their page was closed, or it was
 * another program. `version` is the engine's, so that they come and go with its items.
 */
export function useRefused(engine: UploadEngine, version: number): readonly RefusedUpload[] {
  const { data } = useQuery({
    queryKey: keys.uploads,
    queryFn: () => call(listUploads, {}),
    staleTime: 30_000,
    refetchOnWindowFocus: true,
  });
  const refused = useMemo(() => data?.items.filter((upload) => upload.refusal !== null) ?? [], [data]);
  useEffect(() => {
    void version;
    if (refused.length > 0) engine.forgetLost(refused.map(({ id }) => id));
  }, [engine, refused, version]);
  return useMemo(() => {
    void version;
    const mine = new Set([...engine.store.items.values()].filter(({ status }) => status !== "skipped").map(uploadIdOf));
    return refused.filter(({ id }) => !mine.has(id));
  }, [engine, refused, version]);
}

/** Carries out what somebody chose. Throws what the server says against it. */
export function useSettleRefused(): (upload: RefusedUpload, choice: RefusedChoice) => Promise<void> {
  const client = useQueryClient();
  return async ({ id, parentId }, choice) => {
    try {
      if (choice === "discard") return await discardUpload(`/api/v1/uploads/${id}`);
      const wanted = {
        rename: { onConflict: "rename" },
        replace: { onConflict: "replace" },
        again: {},
        top: { parentId: null, onConflict: "rename" },
      } as const;
      await call(finishUpload, { params: { id }, body: wanted[choice] });
      folderChanged(choice === "top" ? null : parentId);
    } finally {
      for (const queryKey of [keys.uploads, keys.session]) void client.invalidateQueries({ queryKey });
    }
  };
}
