"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition } from "react";
import { ErrorState, RequestId } from "@/components/feedback/state";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

/** Inside the frame: a page that fails takes neither the navigation nor running uploads with it. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations("common");
  const router = useRouter();
  const again = () =>
    startTransition(() => {
      // Its parts are asked for again as well: what is remembered of them is that they failed.
      router.refresh();
      reset();
    });
  const shown = error.name === "ChunkLoadError" ? new Error(t("partNotLoaded")) : error;
  return (
    <div className="m-auto">
      <ErrorState error={shown} onRetry={again} />
      {error.digest && (
        <div className="text-center">
          <RequestId id={error.digest} />
        </div>
      )}
    </div>
  );
}
