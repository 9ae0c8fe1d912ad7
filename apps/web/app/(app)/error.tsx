"use client";

import { ErrorState, RequestId } from "@/components/state";

type ErrorPageProps = { error: Error & { digest?: string }; reset: () => void };

/** Inside the frame: a page that fails takes neither the navigation nor running uploads with it. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <div className="m-auto">
      <ErrorState error={error} onRetry={reset} />
      {error.digest && (
        <div className="text-center">
          <RequestId id={error.digest} />
        </div>
      )}
    </div>
  );
}
