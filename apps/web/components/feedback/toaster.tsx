"use client";

import { useEffect, useSyncExternalStore } from "react";
import { placeWanted, toasts } from "@/lib/toast";
import { usePart } from "@/lib/when-used";

/** On a phone above the bar of places, which a message that stays must not cover. */
const placed = { bottom: "var(--toast-bottom)" };

/** The place of messages, from the first one on. */
export function Toaster() {
  const wanted = useSyncExternalStore(placeWanted.subscribe, placeWanted.now, () => false);
  const module = usePart(toasts, wanted);
  useEffect(() => {
    if (module) placeWanted.met();
  }, [module]);
  if (!module) return null;
  return (
    <module.Toaster
      // Beneath one another, not stacked: each can be read, and its button reached.
      expand
      position="bottom-left"
      duration={5000}
      offset={placed}
      mobileOffset={placed}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-xl bg-ink px-4 py-3 text-sm text-canvas shadow-float sm:w-(--width)",
          content: "min-w-0 flex-1",
          description: "text-xs opacity-80",
          actionButton:
            "-my-1 -mr-1.5 h-8 shrink-0 rounded-md px-2.5 font-semibold hover:bg-canvas/15 focus-visible:outline-canvas",
        },
      }}
    />
  );
}
