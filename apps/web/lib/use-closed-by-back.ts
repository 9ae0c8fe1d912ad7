import { useEffect, useEffectEvent } from "react";

type Marked = { overlay?: string } | null;

/** An overlay that has just closed: its history entry is given back in a moment, unless the next overlay takes it over. */
let leaving: { mark: string; timer: ReturnType<typeof setTimeout> } | null = null;

/**
 * While `open`, the browser's Back (on phones the gesture that means "close") calls `onClose` and goes nowhere else: the overlay has a
 * history entry of its own, at the same address. Closed by other means, that entry goes as well.
 */
export function useClosedByBack(open: boolean, onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (!open) return;
    const mark = takeOver() ?? pushEntry();
    let left = false;
    const onPop = () => {
      if ((window.history.state as Marked)?.overlay === mark) return;
      left = true;
      close();
    };
    window.addEventListener("popstate", onPop);
    return () => {
      window.removeEventListener("popstate", onPop);
      if (!left) giveBack(mark);
    };
  }, [open]);
}

function pushEntry(): string {
  const mark = Math.random().toString(36).slice(2);
  window.history.pushState({ ...(window.history.state as object | null), overlay: mark }, "");
  return mark;
}

function takeOver(): string | null {
  if (!leaving) return null;
  const { mark, timer } = leaving;
  clearTimeout(timer);
  leaving = null;
  return (window.history.state as Marked)?.overlay === mark ? mark : null;
}

/** Later, and only while it is still the current entry: whoever closes an overlay may go to another place in the same moment. */
function giveBack(mark: string): void {
  const timer = setTimeout(() => {
    leaving = null;
    if ((window.history.state as Marked)?.overlay === mark) window.history.back();
  });
  leaving = { mark, timer };
}
