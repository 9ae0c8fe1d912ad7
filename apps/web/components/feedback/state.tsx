"use client";

import { CloudAlert, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { Button } from "../button/button";

type StateProps = {
  icon: ReactNode;
  title: string;
  body?: ReactNode;
  children?: ReactNode;
  className?: string;
  /** 1 where nothing else on the page is its heading. */
  level?: 1 | 2;
};

/** What fills a place that has nothing to show: why, and the one thing to do next. */
export function EmptyState({ icon, title, body, children, className, level = 2 }: StateProps) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className={cn("flex flex-col items-center px-6 py-16 text-center", className)}>
      <div className="mb-4 grid size-16 place-items-center rounded-2xl bg-accent-soft text-accent-text [&_svg]:size-7">
        {icon}
      </div>
      <Heading className="font-semibold text-lg">{title}</Heading>
      {body && <p className="mt-1 max-w-sm text-balance text-ink-muted">{body}</p>}
      {children && <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** A failure, with an id to quote and a retry that works. `title` names what is not there: "Jobs not loaded". */
export function ErrorState({
  title,
  error,
  onRetry,
  className,
}: {
  title?: string;
  error: unknown;
  onRetry?: () => void;
  className?: string;
}) {
  const t = useTranslations("common");
  const problem = problemOf(error);
  return (
    <div role="alert" className={cn("flex flex-col items-center px-6 py-16 text-center", className)}>
      <div className="mb-4 grid size-16 place-items-center rounded-2xl bg-danger-soft text-danger">
        <CloudAlert className="size-7" />
      </div>
      <h2 className="font-semibold text-lg">{title ?? t("failedTitle")}</h2>
      <p className="mt-1 max-w-md text-balance text-ink-muted">{problem.message}</p>
      {onRetry && (
        <Button variant="primary" className="mt-5" onClick={onRetry}>
          <RotateCw />
          {t("tryAgain")}
        </Button>
      )}
      {problem.requestId && <RequestId id={problem.requestId} />}
    </div>
  );
}

export function RequestId({ id }: { id: string }) {
  const t = useTranslations("common");
  return (
    <p className="mt-5 text-ink-muted text-xs">
      {t("requestId")} <code className="select-all font-mono">{id}</code>
    </p>
  );
}

/** Grey rows in the place of a list that is on its way, as high as the rows that follow. */
export function SkeletonRows({ rows = 6, className }: { rows?: number; className?: string }) {
  return (
    <div aria-hidden="true" className={className}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={`row-${index}`} className="flex h-14 items-center gap-4 border-b px-4">
          <div className="skeleton size-8" />
          <div className="skeleton h-3.5" style={{ width: `${22 + ((index * 17) % 30)}%` }} />
          <div className="skeleton ml-auto hidden h-3 w-20 sm:block" />
        </div>
      ))}
    </div>
  );
}
