"use client";

import { UploadCloud } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, type ReactNode, useRef, useState } from "react";

type DropZoneProps = { folder: string; onDrop: (data: DataTransfer) => void; children: ReactNode };

const fromOutside = (event: DragEvent) => event.dataTransfer.types.includes("Files");

/** Takes files and folders that are dropped from outside, anywhere on the page. */
export function DropZone({ folder, onDrop, children }: DropZoneProps) {
  const t = useTranslations("files");
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same is in the menu "New"
    <div
      onDragEnter={(event) => {
        if (!fromOutside(event)) return;
        event.preventDefault();
        depth.current++;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (!fromOutside(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDragLeave={(event) => {
        if (fromOutside(event) && --depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        if (!fromOutside(event)) return;
        event.preventDefault();
        leave();
        onDrop(event.dataTransfer);
      }}
      className="relative flex min-h-0 min-w-0 flex-1 flex-col"
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-2xl border-2 border-accent border-dashed bg-accent-soft">
          <div className="flex flex-col items-center gap-2 text-accent-text">
            <UploadCloud className="size-10" strokeWidth={1.5} />
            <p className="font-semibold text-lg">{t("dropHere", { folder })}</p>
          </div>
        </div>
      )}
    </div>
  );
}
