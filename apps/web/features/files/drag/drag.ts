"use client";

import type { File } from "@holdfast/contract";
import { type RefObject, useEffect, useRef, useState } from "react";
import { visibleName } from "@/lib/safe-name";
import { whenUsed } from "@/lib/when-used";

/** What moves entries by the pointer comes when there is a pointer over the page. */
const parts = whenUsed(() => import("./drag-parts"));
type Parts = typeof import("./drag-parts");

if (typeof window !== "undefined") window.addEventListener("pointerover", () => void parts.load(), { once: true });

/** Sets something up as soon as entries can be dragged. @returns a function that takes it down */
export function onceDraggable(setUp: (parts: Parts) => () => void): () => void {
  let stop: (() => void) | undefined;
  const callOff = parts.whenThere((there) => {
    stop = setUp(there);
  });
  return () => {
    callOff();
    stop?.();
  };
}

export type DragData = { type: "files"; files: readonly File[] };
export type DropData = { type: "folder"; folderId: string | null; name: string };

export function isDragData(data: Record<string | symbol, unknown>): data is DragData & Record<string, unknown> {
  return data.type === "files";
}

/** How long one hovers over a folder with something in hand until it opens. */
export const springMs = 850;

function previewElement(container: HTMLElement, files: readonly File[]): void {
  const label = document.createElement("div");
  label.className = "max-w-72 truncate rounded-lg bg-accent px-3 py-1.5 font-medium text-accent-ink text-sm";
  label.textContent = files.length === 1 ? visibleName(files[0]?.name ?? "") : String(files.length);
  container.append(label);
}

/** Makes an entry draggable; `filesOf` says what goes along (the selection, or it alone). */
export function useFileDrag(element: RefObject<HTMLElement | null>, enabled: boolean, filesOf: () => readonly File[]) {
  const latest = useRef(filesOf);
  latest.current = filesOf;
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const dragged = element.current;
    if (!dragged || !enabled) return;
    return onceDraggable(({ draggable, pointerOutsideOfPreview, setCustomNativeDragPreview }) =>
      draggable({
        element: dragged,
        getInitialData: () => ({ type: "files", files: latest.current() }) satisfies DragData,
        onGenerateDragPreview: ({ nativeSetDragImage, source }) => {
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: "14px", y: "10px" }),
            render: ({ container }) => previewElement(container, (source.data as DragData).files),
          });
        },
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
    );
  }, [element, enabled]);
  return dragging;
}

type FolderDrop = { folderId: string | null; name: string; enabled?: boolean; onSpring?: () => void };

/** Makes a place take entries; true while something that it would take hovers over it. */
export function useFolderDrop(element: RefObject<HTMLElement | null>, drop: FolderDrop): boolean {
  const { folderId, name, enabled = true } = drop;
  const spring = useRef(drop.onSpring);
  spring.current = drop.onSpring;
  const [over, setOver] = useState(false);
  useEffect(() => {
    const place = element.current;
    if (!place || !enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      clearTimeout(timer);
      setOver(false);
    };
    const stop = onceDraggable(({ dropTargetForElements }) =>
      dropTargetForElements({
        element: place,
        canDrop: ({ source }) => isDragData(source.data) && !source.data.files.some((file) => file.id === folderId),
        getData: () => ({ type: "folder", folderId, name }) satisfies DropData,
        onDragEnter: () => {
          setOver(true);
          if (spring.current) timer = setTimeout(() => spring.current?.(), springMs);
        },
        onDragLeave: leave,
        onDrop: leave,
      }),
    );
    return () => {
      leave();
      stop();
    };
  }, [element, enabled, folderId, name]);
  return over;
}
