import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { fitted, moved, type Point, zoomed } from "./zoom";

/** A swipe is at least this long, and clearly sideways (px). */
const swipeLength = 48;
const tapZoom = 2.5;
const step = 1.5;

type Options = {
  frame: RefObject<HTMLElement | null>;
  picture: RefObject<HTMLImageElement | null>;
  onStep?: (by: -1 | 1) => void;
};

/** Zoom by wheel, keys, two fingers and double click; a finger moves a zoomed picture, and swipes a fitted one to the next. */
export function useZoom({ frame, picture, onStep }: Options) {
  const [view, setView] = useState(fitted);
  /** How far a fitted picture follows the finger. */
  const [pulled, setPulled] = useState(0);
  const fingers = useRef(new Map<number, Point>());
  const began = useRef<Point | null>(null);

  const sizes = () => ({
    picture: { width: picture.current?.offsetWidth ?? 0, height: picture.current?.offsetHeight ?? 0 },
    frame: { width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 },
  });
  /** From the frame's middle. */
  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = frame.current?.getBoundingClientRect();
    return box ? { x: clientX - box.x - box.width / 2, y: clientY - box.y - box.height / 2 } : { x: 0, y: 0 };
  };
  const zoom = (factor: number, at: Point = { x: 0, y: 0 }) => {
    const { picture: size, frame: room } = sizes();
    // Up to twice its own pixels, and at least enough to see more of a small one.
    const most = Math.max(4, (2 * (picture.current?.naturalWidth ?? 0)) / Math.max(1, size.width));
    setView((before) => zoomed(before, factor, at, size, room, most));
  };
  const fit = () => setView(fitted);

  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 500), pointOf(event));
  });
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(step);
    else if (event.key === "-") zoom(1 / step);
    else if (event.key === "0") fit();
  });
  useEffect(() => {
    const element = frame.current;
    // The page behind must not scroll or zoom with it: not a passive listener, as React's would be.
    element?.addEventListener("wheel", onWheel, { passive: false });
    window.addEventListener("keydown", onKey);
    return () => {
      element?.removeEventListener("wheel", onWheel);
      window.removeEventListener("keydown", onKey);
    };
  }, [frame]);

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const at = pointOf(event);
    fingers.current.set(event.pointerId, at);
    began.current = fingers.current.size === 1 && event.pointerType !== "mouse" ? at : null;
    if (view.scale > 1 || event.pointerType !== "mouse") event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (other) {
      const apart = (from: Point) => Math.hypot(from.x - other.x, from.y - other.y);
      if (apart(before) > 0) zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else if (view.scale > 1) {
      const { picture: size, frame: room } = sizes();
      setView((old) => moved(old, { x: now.x - before.x, y: now.y - before.y }, size, room));
    } else if (began.current && onStep) setPulled(now.x - began.current.x);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const from = began.current;
    const to = pointOf(event);
    if (!fingers.current.delete(event.pointerId)) return;
    began.current = null;
    setPulled(0);
    if (!from || view.scale > 1 || event.type === "pointercancel") return;
    const [along, across] = [to.x - from.x, to.y - from.y];
    if (Math.abs(along) > swipeLength && Math.abs(along) > 1.5 * Math.abs(across)) onStep?.(along < 0 ? 1 : -1);
  };
  const onDoubleClick = (event: { clientX: number; clientY: number }) =>
    view.scale > 1 ? fit() : zoom(tapZoom, pointOf(event));

  return {
    transform: `translate(${view.x + pulled}px, ${view.y}px) scale(${view.scale})`,
    isZoomed: view.scale > 1,
    zoomIn: () => zoom(step),
    zoomOut: () => zoom(1 / step),
    fit,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onDoubleClick },
  };
}
