import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { toast } from "../toast";
import { useFailure } from "../use-failure";

/** Changes something, shows why where it fails, and reads again what lies below `queryKey`. Resolves to true when it is done. */
export function useAct(queryKey: QueryKey) {
  const client = useQueryClient();
  const fail = useFailure();
  const act = async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await work();
      if (done) toast.success(done);
      return true;
    } catch (error) {
      fail(error, () => act(work, done));
      return false;
    } finally {
      await client.invalidateQueries({ queryKey });
    }
  };
  return act;
}
