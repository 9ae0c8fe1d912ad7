"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { UploadEngine } from "../engine";
import type { UploadItem } from "../types";
import { TrayRow } from "./tray-row";

const rowHeight = 52;
const mostRows = 4;

type TrayListProps = {
  engine: UploadEngine;
  items: readonly UploadItem[];
  /** Entries of all tabs: they all have the same height, so that nothing moves when an upload is done. */
  total: number;
  empty: string;
  onShow: (item: UploadItem) => void;
};

/** The entries of the tray, of which only those in view exist. */
export function TrayList({ engine, items, total, empty, onShow }: TrayListProps) {
  const height = Math.min(mostRows, Math.max(2, total)) * rowHeight;
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  if (items.length === 0) {
    return (
      <p className="grid place-items-center text-ink-muted" style={{ height }}>
        {empty}
      </p>
    );
  }
  return (
    <div
      ref={scroller}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
      tabIndex={0}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- none of the tags that are groups is a place that scrolls
      role="group"
      aria-label={empty}
      className="overflow-y-auto focus-visible:-outline-offset-2"
      style={{ height }}
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((row) => {
          const item = items[row.index];
          return (
            item && (
              <li
                key={item.id}
                aria-setsize={items.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                <TrayRow engine={engine} item={item} onShow={onShow} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
