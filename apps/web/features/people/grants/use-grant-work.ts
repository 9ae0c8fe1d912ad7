"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { folderChanged } from "@/features/files/listing/listing";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { peopleKeys } from "../keys";

/** Does something about who may what, and shows what came of it. Resolves to whether it was done. */
export function useGrantWork() {
  const client = useQueryClient();
  const fail = useFailure();
  return useCallback(
    async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
      try {
        await work();
        toast.success(done);
        folderChanged(undefined);
        return true;
      } catch (error) {
        fail(error);
        return false;
      } finally {
        await client.invalidateQueries({ queryKey: peopleKeys.all });
      }
    },
    [client, fail],
  );
}
