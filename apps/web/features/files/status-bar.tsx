"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { problemOf } from "@/lib/api";

type StatusBarProps = { count: number; done: boolean; ready: boolean; error: unknown; onRetry: () => void };

/** How much is here; while a large folder is still being read, how far that is. */
export function StatusBar({ count, done, ready, error, onRetry }: StatusBarProps) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const failed = error !== undefined && count > 0;
  return (
    <div className="flex h-8 shrink-0 items-center gap-2 border-t px-4 text-ink-muted text-xs">
      {failed ? (
        <>
          <span role="alert" className="truncate text-danger">
            {problemOf(error).message}
          </span>
          <Button size="sm" variant="ghost" className="h-6" onClick={onRetry}>
            {common("tryAgain")}
          </Button>
        </>
      ) : (
        ready && error === undefined && <span>{done ? t("items", { count }) : t("reading", { count })}</span>
      )}
    </div>
  );
}
