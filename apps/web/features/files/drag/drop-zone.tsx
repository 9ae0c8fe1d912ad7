"use client";

import { UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { visibleName } from "@/lib/safe-name";
import { openFolder } from "../navigation/navigation";
import { springMs } from "./drag";
import { folderUnder, markOver, type OutsideTarget } from "./outside-drop";

type DropZoneProps = {
  folder: OutsideTarget;
  /** Whether it takes anything. */
  enabled?: boolean;
  onDrop: (data: DataTransfer, target: OutsideTarget) => void;
  children: ReactNode;
};

/** When the pointer has left the window, and not only gone to another element. */
const leaveMs = 120;

/**
 * Takes files and folders that are dropped from outside: into the folder under the pointer, wherever on the page one is, else into
 * the one that is open. What is under the pointer stays in sight and is marked.
 */
export function DropZone({ folder, enabled = true, onDrop, children }: DropZoneProps) {
  const t = useTranslations("files");
  const zone = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<OutsideTarget | null>(null);
  const targetOf = useEffectEvent((event: DragEvent) =>
    enabled ? folderUnder(event.target as Element, zone.current, folder) : null,
  );
  const drop = useEffectEvent(onDrop);
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    let spring: ReturnType<typeof setTimeout> | undefined;
    let marked: Element | null = null;
    const mark = (element: Element | null) => {
      if (element === marked) return;
      markOver(marked, false);
      markOver(element, true);
      marked = element;
      clearTimeout(spring);
      const id = element?.getAttribute("data-drop-id");
      if (id) spring = setTimeout(() => openFolder(id === "root" ? null : id), springMs);
    };
    const end = () => {
      clearTimeout(leaving);
      mark(null);
      setOver(null);
    };
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Also where nothing takes it: the browser would leave the page for the file.
      event.preventDefault();
      clearTimeout(leaving);
      const found = targetOf(event);
      event.dataTransfer.dropEffect = found ? "copy" : "none";
      mark(found?.element ?? null);
      setOver((old) => (old && found && old.id === found.target.id ? old : (found?.target ?? null)));
    };
    const onLeave = () => {
      clearTimeout(leaving);
      leaving = setTimeout(end, leaveMs);
    };
    const onDropped = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const found = targetOf(event);
      if (found) drop(event.dataTransfer, found.target);
      end();
    };
    document.addEventListener("dragenter", onOver);
    document.addEventListener("dragover", onOver);
    document.addEventListener("dragleave", onLeave);
    document.addEventListener("drop", onDropped);
    return () => {
      end();
      document.removeEventListener("dragenter", onOver);
      document.removeEventListener("dragover", onOver);
      document.removeEventListener("dragleave", onLeave);
      document.removeEventListener("drop", onDropped);
    };
  }, []);
  return (
    <div ref={zone} className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      {children}
      {over && (
        <div
          className={cn(
            "pointer-events-none absolute inset-1 z-20 flex items-end justify-center rounded-2xl border-2 border-transparent pb-12",
            over.id === folder.id && "border-accent border-dashed",
          )}
        >
          <output className="flex max-w-[90%] items-center gap-2.5 rounded-full bg-accent px-5 py-2.5 font-medium text-accent-ink shadow-float">
            <UploadCloud className="size-5 shrink-0" />
            <span className="truncate">{t("dropHere", { folder: visibleName(over.name) })}</span>
          </output>
        </div>
      )}
    </div>
  );
}
