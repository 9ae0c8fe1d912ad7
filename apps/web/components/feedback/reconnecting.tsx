"use client";

import { LoaderCircle } from "lucide-react";
import { useOffline } from "next/offline";
import { useTranslations } from "next-intl";
import { useReconnecting } from "@/lib/request/connection";
import { useOnline } from "@/lib/use-online";

/** Calm, because nothing is asked of anybody: what is being read, or the page that was asked for, comes by itself. */
export function Reconnecting() {
  const t = useTranslations("common");
  const online = useOnline();
  // The router waits as well: it never leaves this page for one that it cannot fetch.
  const routerWaits = useOffline();
  const reading = useReconnecting();
  return (
    <output className="pointer-events-none fixed inset-x-0 top-3 z-50 flex justify-center">
      {(reading || routerWaits || !online) && (
        <span className="flex items-center gap-2 rounded-full bg-ink px-4 py-2 text-canvas text-sm shadow-float">
          <LoaderCircle aria-hidden="true" className="size-4 animate-spin" />
          {t(online ? "reconnecting" : "offline")}
        </span>
      )}
    </output>
  );
}
