"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { problemOf } from "@/lib/api";
import { useSettings } from "../session";
import { obstacle, refusalOf } from "./ceremony";

/** What to say of a passkey that was not made or not used, whether the browser or the server refused. */
export function usePasskeyProblem() {
  const t = useTranslations("passkeys");
  const address = useSettings().data?.publicUrl;
  return useCallback(
    (error: unknown): { message: string } => {
      const refusal = refusalOf(error);
      if (!refusal) return problemOf(error);
      return {
        message: refusal === "address" && address ? t("problem.addressOf", { address }) : t(`problem.${refusal}`),
      };
    },
    [t, address],
  );
}

/** Why passkeys cannot be used on this page, in a sentence; null where they can. */
export function useObstacle(): string | null {
  const t = useTranslations("passkeys");
  const address = useSettings().data?.publicUrl;
  const found = obstacle();
  if (found === null) return null;
  return found === "browser" || !address ? t(`problem.${found}`) : t("problem.addressOf", { address });
}
