"use client";

import { cloneElement, type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { tooltipPlace } from "@/lib/tooltip/tooltip-place";

const delayMs = 500;
/** Going on to the next one, its label comes at once. */
const warmMs = 400;

/** Names an icon button to the eye; the button carries its own aria-label for everybody else. */
export function Tooltip({ label, children }: { label: string; children: ReactElement<object> }) {
  return cloneElement(children, { "data-tooltip": label } as object);
}

/** One label for the whole page, beside whatever the pointer or the keys rest on. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<Element | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over: Element | null = null;
    let hiddenAt = Number.NEGATIVE_INFINITY;
    let shown = false;
    const hide = () => {
      clearTimeout(timer);
      if (shown) hiddenAt = performance.now();
      shown = false;
      over = null;
      setTarget(null);
    };
    const show = (element: Element | null, pause: number) => {
      if (element === over) return;
      hide();
      over = element;
      if (!element) return;
      const now = () => {
        shown = true;
        setTarget(element);
      };
      timer = setTimeout(now, performance.now() - hiddenAt < warmMs ? 0 : pause);
    };
    const named = (event: Event) => (event.target instanceof Element ? event.target.closest("[data-tooltip]") : null);
    const onOver = (event: PointerEvent) => event.pointerType !== "touch" && show(named(event), delayMs);
    const onFocus = (event: FocusEvent) => {
      const element = named(event);
      show(element?.matches(":focus-visible") ? element : null, 0);
    };
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();
    const listeners: [string, (event: never) => void][] = [
      ["pointerover", onOver],
      ["focusin", onFocus],
      ["keydown", onKey],
      ["pointerdown", hide],
      ["scroll", hide],
      ["focusout", hide],
    ];
    for (const [type, listener] of listeners) document.addEventListener(type, listener as EventListener, true);
    return () => {
      clearTimeout(timer);
      for (const [type, listener] of listeners) document.removeEventListener(type, listener as EventListener, true);
    };
  }, []);
  return (
    <>
      {children}
      {target && createPortal(<Label target={target} />, document.body)}
    </>
  );
}

function Label({ target }: { target: Element }) {
  const label = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = label.current;
    if (!element) return;
    const viewport = { width: window.innerWidth, height: window.innerHeight };
    const { left, top } = tooltipPlace(target.getBoundingClientRect(), element.getBoundingClientRect(), viewport);
    element.style.translate = `${left}px ${top}px`;
  }, [target]);
  return (
    <div
      ref={label}
      aria-hidden="true"
      className="fade pointer-events-none fixed top-0 left-0 z-[70] w-max max-w-64 rounded-md bg-ink px-2 py-1 text-canvas text-xs shadow-float"
    >
      {target.getAttribute("data-tooltip")}
    </div>
  );
}
