"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { toast } from "@/lib/toast";
import { mayTryAgain, problemOf } from "./api";

/** Tells why a change was not made. Where it may be sent again, the person is asked: it never is by itself. */
export function useFailure() {
  const t = useTranslations("common");
  return useCallback(
    (error: unknown, again?: () => unknown) => {
      const { message, requestId } = problemOf(error);
      const offered = again !== undefined && mayTryAgain(error);
      toast.error(message, {
        description: requestId && !offered ? `${t("requestId")} ${requestId}` : undefined,
        ...(offered ? { duration: 20_000, action: { label: t("tryAgain"), onClick: () => void again() } } : {}),
      });
    },
    [t],
  );
}
