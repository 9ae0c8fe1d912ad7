"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef } from "react";
import { cn } from "@/lib/cn";
import { useClosedByBack } from "@/lib/use-closed-by-back";
import { phoneWindow, useMedia } from "@/lib/use-media";
import { buttonClass } from "../button/button";

export type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  className?: string;
  initialFocus?: RefObject<HTMLElement | null>;
};

/** Centred on wide screens, a sheet from below on phones. Focus returns to where it came from. */
export function DialogFrame(props: DialogProps) {
  const { open, onOpenChange, title, description, children, footer, className, initialFocus } = props;
  const t = useTranslations("common");
  const popup = useRef<HTMLDivElement>(null);
  // On phones a dialog is a page of its own, and Back is how one leaves it.
  const phone = useMedia(phoneWindow);
  useClosedByBack(open && phone, () => onOpenChange(false));
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fade fixed inset-0 z-50 bg-scrim" />
        <Base.Viewport className="fixed inset-0 z-50 grid grid-cols-[minmax(0,1fr)] items-end overflow-y-auto sm:place-items-center sm:p-6">
          <Base.Popup
            ref={popup}
            initialFocus={initialFocus ?? popup}
            className={cn(
              "pop flex max-h-[92dvh] w-full flex-col rounded-t-2xl bg-raised shadow-float outline-none sm:max-h-[86dvh] sm:max-w-md sm:rounded-2xl",
              className,
            )}
          >
            <div className="flex items-start gap-3 px-5 pt-4 pb-1">
              <div className="min-w-0 flex-1 py-1">
                <Base.Title className="truncate font-semibold text-base leading-6">{title}</Base.Title>
                {description && (
                  <Base.Description className="mt-1 text-ink-muted text-sm">{description}</Base.Description>
                )}
              </div>
              <Base.Close
                aria-label={t("close")}
                className={buttonClass({ variant: "ghost", size: "icon-sm", className: "-mr-1.5 text-ink-muted" })}
              >
                <X />
              </Base.Close>
            </div>
            {/* Positioned, so that what is only for screen readers scrolls in here, and does not make the whole dialog scroll. */}
            <div className="relative min-h-0 flex-1 scroll-pb-20 overflow-y-auto px-5 pt-2 pb-5">{children}</div>
            {footer && (
              <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3.5 pb-[max(0.875rem,env(safe-area-inset-bottom))]">
                {footer}
              </div>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
