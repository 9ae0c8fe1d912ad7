"use client";

import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useReconnecting } from "@/lib/connection";

/** Calm, because nothing is asked of anybody: what is being read comes by itself. */
export function Reconnecting() {
  const t = useTranslations("common");
  const reconnecting = useReconnecting();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-3 z-50 flex justify-center">
      {reconnecting && (
        <p className="flex items-center gap-2 rounded-full bg-ink px-4 py-2 text-canvas text-sm shadow-float">
          <LoaderCircle aria-hidden="true" className="size-4 animate-spin" />
          {t("reconnecting")}
        </p>
      )}
    </div>
  );
}
