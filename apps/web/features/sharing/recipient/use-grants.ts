import { getPublicGrants } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/lib/api";
import type { PublicShareInfo } from "./public-share";

export interface Grants {
  /** Null: no limit. */
  left: number | null;
  /** False while a limited link has not said yet what this browser was granted. */
  ready: boolean;
  mayDownload(fileId: string): boolean;
  mayArchive(folderId: string): boolean;
  mayPreview(fileId: string): boolean;
  /** To be called when a download begins: what is left is asked for again. */
  refresh(): void;
}

/** A charge is written before the first byte: by the second look the answer has it, on slow connections too. */
const LOOKS_MS = [1_000, 5_000];

/**
 * What this browser may fetch of the link. The page's own server cannot know: the cookie that says so goes to the link's API alone. Asked
 * before anything else is fetched, so that all of it carries one cookie.
 */
export function useGrants(token: string, share: PublicShareInfo): Grants {
  const limited = share.downloadsLeft !== null;
  const { data, isPending, refetch } = useQuery({
    queryKey: ["public-grants", token],
    queryFn: () => call(getPublicGrants, { params: { token } }),
    enabled: limited,
    staleTime: 0,
    refetchOnWindowFocus: "always",
  });
  const left = data ? data.downloadsLeft : share.downloadsLeft;
  const open = left !== 0;
  return {
    left,
    ready: !limited || !isPending,
    mayDownload: (id) => open || (data?.downloads.includes(id) ?? false),
    mayArchive: (id) => open || (data?.archives.includes(id) ?? false),
    mayPreview: (id) => open || [...(data?.downloads ?? []), ...(data?.previews ?? [])].includes(id),
    refresh() {
      if (limited) for (const ms of LOOKS_MS) setTimeout(() => void refetch(), ms);
    },
  };
}
