"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";

export const TooltipProvider = Base.Provider;

/** Names an icon button to the eye; the button carries its own aria-label for everybody else. */
export function Tooltip({ label, children }: { label: string; children: ReactElement<Record<string, unknown>> }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-[70]">
          <Base.Popup className="pop pointer-events-none max-w-64 rounded-md bg-ink px-2 py-1 text-canvas text-xs shadow-float">
            {label}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
