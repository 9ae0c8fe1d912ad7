"use client";

import type { Menu as Base } from "@base-ui/react/menu";
import { Check, MoreVertical } from "lucide-react";
import {
  type ComponentProps,
  cloneElement,
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { buttonClass } from "@/components/button/button";
import { cn } from "@/lib/cn";
import { usePart, whenUsed } from "@/lib/when-used";

export type MenuAnchor = Element | { getBoundingClientRect: () => DOMRect } | null;

/** What opens and draws a menu comes with the first one that somebody is about to open; before that there are buttons. */
const parts = whenUsed(() => import("@base-ui/react/menu").then((module) => module.Menu));

type Shared = {
  open: boolean;
  setOpen: (open: boolean) => void;
  button: RefObject<HTMLButtonElement | null>;
  /** Opened by a key: the keys go on from the first item. */
  opens: (byKey: boolean) => void;
  /** Whether a key opened it; once. */
  takeByKey: () => boolean;
};

const Context = createContext<Shared | null>(null);

function useMenu(): Shared {
  const menu = useContext(Context);
  if (!menu) throw new Error("a part of a menu outside of its MenuRoot");
  return menu;
}

type RootProps = { open?: boolean; onOpenChange?: (open: boolean) => void; children: ReactNode };

/** A button with its menu; with `open`, a menu that something else opens. */
export function MenuRoot({ open: given, onOpenChange, children }: RootProps) {
  const [own, setOwn] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const byKey = useRef(false);
  const open = given ?? own;
  const shared = useMemo<Shared>(
    () => ({
      open,
      setOpen: onOpenChange ?? setOwn,
      button,
      opens: (key) => {
        byKey.current = key;
      },
      takeByKey: () => {
        const taken = byKey.current;
        byKey.current = false;
        return taken;
      },
    }),
    [open, onOpenChange],
  );
  return <Context.Provider value={shared}>{children}</Context.Provider>;
}

type ButtonProps = ComponentProps<"button"> & { render: ReactElement<ComponentProps<"button">> };

export function MenuButton({ render, children, ...rest }: ButtonProps) {
  const { open, setOpen, button, opens } = useMenu();
  const near = () => void parts.load();
  return cloneElement(
    render,
    {
      ...rest,
      ref: button,
      "aria-haspopup": "menu",
      "aria-expanded": open,
      "data-popup-open": open ? "" : undefined,
      onPointerEnter: near,
      onFocus: near,
      onClick: (event: MouseEvent) => {
        opens(event.detail === 0);
        setOpen(!open);
      },
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        event.preventDefault();
        opens(true);
        setOpen(true);
      },
    } as ComponentProps<"button">,
    ...(children === undefined ? [] : [children]),
  );
}

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
  const { open, setOpen, button } = useMenu();
  const Menu = usePart(parts, open);
  if (!Menu) return null;
  return (
    <Menu.Root open={open} onOpenChange={(next) => setOpen(next)}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor ?? button}
          align={align}
          side={side}
          sideOffset={anchor ? 2 : 6}
          // A menu lies over the page, outside of its landmarks: it is one itself.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it replaces the role that the library gives to its element
          role="region"
          aria-label={label}
          className="z-[55] outline-none"
        >
          <Menu.Popup
            aria-label={label}
            finalFocus={anchor === undefined ? button : undefined}
            className="pop max-h-[min(28rem,var(--available-height))] min-w-52 max-w-72 overflow-y-auto rounded-xl bg-raised p-1.5 shadow-float outline-none"
          >
            {children}
            <FirstByKey />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** After opening by a key the first item is the active one, as with menus everywhere. */
function FirstByKey() {
  const { takeByKey } = useMenu();
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!takeByKey()) return;
    const frame = requestAnimationFrame(() =>
      place.current
        ?.closest("[role=menu]")
        ?.querySelector<HTMLElement>("[role^=menuitem]:not([data-disabled])")
        ?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [takeByKey]);
  return <span ref={place} hidden />;
}

/** Within a popup, which is not drawn before its parts are there. */
function drawn(): typeof Base {
  const menu = parts.now();
  if (!menu) throw new Error("a menu's item outside of its MenuPopup");
  return menu;
}

export function MenuItem({
  icon,
  children,
  shortcut,
  danger,
  ...rest
}: ComponentProps<typeof Base.Item> & { icon?: ReactNode; shortcut?: string; danger?: boolean }) {
  const Menu = drawn();
  return (
    <Menu.Item
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
    </Menu.Item>
  );
}

export function MenuSeparator() {
  const Menu = drawn();
  return <Menu.Separator className="mx-1 my-1.5 h-px bg-line" />;
}

export function MenuRadio({ value, children }: { value: string; children: ReactNode }) {
  const Menu = drawn();
  return (
    <Menu.RadioItem value={value} className={itemClass} closeOnClick>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <Menu.RadioItemIndicator>
        <Check />
      </Menu.RadioItemIndicator>
    </Menu.RadioItem>
  );
}

export function MenuRadioGroup(props: ComponentProps<typeof Base.RadioGroup>) {
  const Menu = drawn();
  return <Menu.RadioGroup {...props} />;
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
