"use client";

import type { RefObject } from "react";
import { shortWindow, useMedia } from "@/lib/use-media";
import { useElementWidth } from "./use-element-width";

export type Layout = "list" | "tiles";

/** Sizes in pixels. */
export type GridShape = {
  tiles: boolean;
  /** Entries beside each other. */
  columns: number;
  rowHeight: number;
  /** What lies above the first row. */
  top: number;
};

const headerHeight = 40;
const tileHeight = 170;
export const gap = 12;

/** How many entries stand beside each other, and how high they are: by the width that there is. */
export function useGridShape(scroller: RefObject<HTMLElement | null>, layout: Layout): GridShape {
  const width = useElementWidth(scroller);
  const short = useMedia(shortWindow);
  if (layout === "list") {
    return { tiles: false, columns: 1, rowHeight: width < 768 && !short ? 60 : 46, top: headerHeight };
  }
  const inner = width - 24;
  const columns = Math.max(2, Math.floor((inner + gap) / ((inner < 560 ? 144 : 176) + gap)));
  return { tiles: true, columns, rowHeight: tileHeight + gap, top: gap };
}
