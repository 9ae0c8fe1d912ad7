"use client";

import { useTranslations } from "next-intl";
import { ErrorState, RequestId } from "@/components/feedback/state";
import { Wordmark } from "@/components/page/logo";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const t = useTranslations("common");
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-6">
      <Wordmark />
      <ErrorState title={t("pageFailed")} className="py-10" error={error} onRetry={reset} />
      {error.digest && <RequestId id={error.digest} />}
    </main>
  );
}
