"use client";

import { getPublicShare } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Spinner } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { call, hasCode } from "@/lib/api";
import { DeadLink } from "./dead-link";
import { FileRequest } from "./file-request";
import { type PublicShareInfo, publicShareKey } from "./public-share";
import { RecipientFrame } from "./recipient-frame";
import { SharedFile } from "./shared-file";
import { SharedFolder } from "./shared-folder";
import { Unlock } from "./unlock";

/** What somebody without an account sees of a link. */
export function RecipientPage({ token, initial }: { token: string; initial: PublicShareInfo | undefined }) {
  const t = useTranslations("recipient");
  const query = useQuery({
    queryKey: publicShareKey(token),
    queryFn: () => call(getPublicShare, { params: { token } }),
    initialData: initial,
    // One visit counts once: the page server has asked already.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const share = query.data;
  if (hasCode(query.error, "not_found")) return <DeadLink />;
  if (query.error && !share) {
    return (
      <RecipientFrame>
        <ErrorState title={t("notLoaded")} className="py-6" error={query.error} onRetry={() => void query.refetch()} />
      </RecipientFrame>
    );
  }
  if (!share) {
    return (
      <RecipientFrame>
        <div className="grid h-48 place-items-center">
          <Spinner className="size-7" />
        </div>
      </RecipientFrame>
    );
  }
  if (share.needsPassword && !share.file && !share.allowUpload) return <Unlock token={token} share={share} />;
  if (!share.file)
    return share.needsPassword ? <Unlock token={token} share={share} /> : <FileRequest token={token} share={share} />;
  if (share.allowUpload) return <FileRequest token={token} share={share} />;
  if (share.file.kind === "folder") return <SharedFolder token={token} share={share} folder={share.file} />;
  return <SharedFile token={token} share={share} file={share.file} />;
}
