"use client";

import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import type { File } from "@holdfast/contract";
import { type RefObject, useEffect, useRef, useState } from "react";
import { visibleName } from "@/lib/safe-name";

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
    if (!element.current || !enabled) return;
    return draggable({
      element: element.current,
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
    });
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
    if (!element.current || !enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      clearTimeout(timer);
      setOver(false);
    };
    const stop = dropTargetForElements({
      element: element.current,
      canDrop: ({ source }) => isDragData(source.data) && !source.data.files.some((file) => file.id === folderId),
      getData: () => ({ type: "folder", folderId, name }) satisfies DropData,
      onDragEnter: () => {
        setOver(true);
        if (spring.current) timer = setTimeout(() => spring.current?.(), springMs);
      },
      onDragLeave: leave,
      onDrop: leave,
    });
    return () => {
      leave();
      stop();
    };
  }, [element, enabled, folderId, name]);
  return over;
}
