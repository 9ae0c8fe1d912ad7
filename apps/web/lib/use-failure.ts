"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { toast } from "@/lib/toast";
import { isUnreached, mayTryAgain, problemOf } from "./api";

type Again = {
  /** Done twice is the same as done once: it may be sent again even where nobody knows whether it arrived. */
  repeatable?: boolean;
  /** What was not done, in a sentence: the reason then stands below it. */
  what?: string;
};

/** Says why a change was not made. Where it may be sent again, the person is asked: it never is by itself. */
export function useFailure() {
  const t = useTranslations("common");
  return useCallback(
    (error: unknown, again?: () => unknown, { repeatable = false, what }: Again = {}) => {
      const { message, requestId } = problemOf(error);
      const offered = again !== undefined && (mayTryAgain(error) || (repeatable && isUnreached(error)));
      const quoted = requestId && !offered ? `${t("requestId")} ${requestId}` : "";
      toast.error(what ?? message, {
        description: [what && message, quoted].filter(Boolean).join(" ") || undefined,
        ...(offered ? { duration: 20_000, action: { label: t("tryAgain"), onClick: () => void again() } } : {}),
      });
    },
    [t],
  );
}
