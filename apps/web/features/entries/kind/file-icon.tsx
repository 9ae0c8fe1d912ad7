import type { LucideIcon } from "lucide-react";
import {
  FileArchive,
  FileAudio,
  FileCode,
  File as FileGlyph,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  Presentation,
} from "lucide-react";
import { cn } from "@/lib/cn";
import { type Kind, kindOf } from "./kind";

const looks: Record<Kind, readonly [LucideIcon, string]> = {
  image: [FileImage, "text-[light-dark(oklch(0.55_0.13_300),oklch(0.76_0.11_300))]"],
  video: [FileVideo, "text-[light-dark(oklch(0.56_0.16_15),oklch(0.74_0.13_15))]"],
  audio: [FileAudio, "text-[light-dark(oklch(0.55_0.14_340),oklch(0.76_0.12_340))]"],
  pdf: [FileText, "text-[light-dark(oklch(0.55_0.18_28),oklch(0.73_0.14_28))]"],
  document: [FileText, "text-[light-dark(oklch(0.52_0.13_255),oklch(0.75_0.1_250))]"],
  sheet: [FileSpreadsheet, "text-[light-dark(oklch(0.52_0.12_150),oklch(0.76_0.13_152))]"],
  slides: [Presentation, "text-[light-dark(oklch(0.58_0.14_55),oklch(0.78_0.13_62))]"],
  text: [FileText, "text-ink-muted"],
  code: [FileCode, "text-[light-dark(oklch(0.5_0.09_220),oklch(0.76_0.09_215))]"],
  archive: [FileArchive, "text-[light-dark(oklch(0.53_0.09_75),oklch(0.78_0.1_80))]"],
  other: [FileGlyph, "text-ink-muted"],
};

/** A folder is drawn filled, in the colour of the house; files by their kind. */
export function FileIcon({
  file,
  className,
}: {
  file: { name: string; kind: "file" | "folder"; fileType: string | null };
  className?: string;
}) {
  if (file.kind === "folder") return <FolderGlyph className={className} />;
  const [Glyph, colour] = looks[kindOf(file)];
  return <Glyph aria-hidden="true" strokeWidth={1.6} className={cn("size-6 shrink-0", colour, className)} />;
}

export function FolderGlyph({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cn("size-6 shrink-0 text-folder", className)}>
      <path
        fill="currentColor"
        opacity=".62"
        d="M2.5 6.2c0-1.1.9-2 2-2h4.3c.6 0 1.1.2 1.5.6l1.5 1.6h7.7c1.1 0 2 .9 2 2v2.6h-19z"
      />
      <path fill="currentColor" d="M2.5 9.3h19v8.5c0 1.1-.9 2-2 2h-15c-1.1 0-2-.9-2-2z" />
    </svg>
  );
}
