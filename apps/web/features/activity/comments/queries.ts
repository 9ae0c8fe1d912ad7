import { listComments } from "@holdfast/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";

/** Comments on a file or folder, newest first. */
export function useComments(fileId: string) {
  return useInfiniteQuery({
    queryKey: keys.comments(fileId),
    queryFn: ({ pageParam }) => call(listComments, { params: { id: fileId }, query: { cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
