"use client";

import { useTranslations } from "next-intl";
import { kindOf } from "./kind";

/** Endings that are written otherwise than in capitals. */
const written: Record<string, string> = {
  jpg: "JPEG",
  jpeg: "JPEG",
  md: "Markdown",
  markdown: "Markdown",
  webp: "WebP",
};

/** What sort of file it is, in words: "JPEG picture", "ZIP archive", "Folder". */
export function useKindName(): (file: { kind: "file" | "folder"; name: string; fileType: string | null }) => string {
  const t = useTranslations("files.kind");
  return (file) => {
    if (file.kind === "folder") return t("folder");
    const ending = /(?<=.)\.([a-z0-9]{1,8})$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
    const kind = kindOf(file);
    // What is text by its content only may have any ending.
    if (!ending || (kind === "text" && !written[ending])) return t(`plain.${kind}`);
    return t(kind, { format: written[ending] ?? ending.toUpperCase() });
  };
}
