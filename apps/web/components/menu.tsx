"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check, MoreVertical } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { buttonClass } from "@/components/button";
import { cn } from "@/lib/cn";

export type MenuAnchor = Element | { getBoundingClientRect: () => DOMRect } | null;

const itemClass =
  "flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-muted";

type PopupProps = {
  children: ReactNode;
  anchor?: MenuAnchor;
  align?: "start" | "center" | "end";
  side?: "top" | "bottom" | "left" | "right";
  label: string;
};

export function MenuPopup({ children, anchor, align = "start", side = "bottom", label }: PopupProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        anchor={anchor ?? undefined}
        align={align}
        side={side}
        sideOffset={anchor ? 2 : 6}
        // A menu lies over the page, outside of its landmarks: it is one itself.
        role="region"
        aria-label={label}
        className="z-[55] outline-none"
      >
        <Base.Popup
          aria-label={label}
          className="pop max-h-[min(28rem,var(--available-height))] min-w-52 max-w-72 overflow-y-auto rounded-xl bg-raised p-1.5 shadow-float outline-none"
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

export function MenuItem({
  icon,
  children,
  shortcut,
  danger,
  ...rest
}: ComponentProps<typeof Base.Item> & { icon?: ReactNode; shortcut?: string; danger?: boolean }) {
  return (
    <Base.Item
      {...rest}
      className={cn(itemClass, danger && "text-danger data-highlighted:bg-danger-soft [&_svg]:text-danger")}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut && (
        <kbd aria-hidden="true" className="ml-4 font-sans text-ink-muted text-xs pointer-coarse:hidden">
          {shortcut}
        </kbd>
      )}
    </Base.Item>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="mx-1 my-1.5 h-px bg-line" />;
}

export function MenuRadio({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Base.RadioItem value={value} className={itemClass} closeOnClick>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <Base.RadioItemIndicator>
        <Check />
      </Base.RadioItemIndicator>
    </Base.RadioItem>
  );
}

export const MenuRadioGroup = Base.RadioGroup;
export const MenuRoot = Base.Root;

export function MenuButton({ render, children }: { render: ReactElement; children?: ReactNode }) {
  return <Base.Trigger render={render as ReactElement<Record<string, unknown>>}>{children}</Base.Trigger>;
}

type MoreProps = { label: string; size?: "icon" | "icon-sm"; className?: string };

/** The three dots: what else can be done with the entry that they stand beside. */
export function MoreMenuButton({ label, size = "icon", className }: MoreProps) {
  return (
    <MenuButton
      render={
        <button
          type="button"
          aria-label={label}
          className={buttonClass({ variant: "ghost", size, className: cn("text-ink-muted", className) })}
        >
          <MoreVertical />
        </button>
      }
    />
  );
}
