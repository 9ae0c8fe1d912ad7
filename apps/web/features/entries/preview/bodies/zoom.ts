export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
/** How a picture stands in its frame: `scale` 1 is fitted; `x` and `y` are the way of its middle from the frame's, in pixels. */
export type View = Point & { scale: number };

export const fitted: View = { scale: 1, x: 0, y: 0 };

/** Zooms by a factor so that what is under `at` (from the frame's middle) stays there. */
export function zoomed(view: View, factor: number, at: Point, picture: Size, frame: Size, most: number): View {
  const scale = Math.min(most, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  const next = { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
  return contained(next, picture, frame);
}

export function moved(view: View, by: Point, picture: Size, frame: Size): View {
  return contained({ ...view, x: view.x + by.x, y: view.y + by.y }, picture, frame);
}

/** No farther than its edges: a picture cannot be lost out of its frame. */
function contained(view: View, picture: Size, frame: Size): View {
  const within = (value: number, size: number, room: number) => {
    const most = Math.max(0, (size * view.scale - room) / 2);
    return Math.min(most, Math.max(-most, value));
  };
  return {
    scale: view.scale,
    x: within(view.x, picture.width, frame.width),
    y: within(view.y, picture.height, frame.height),
  };
}
