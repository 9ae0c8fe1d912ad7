import { kindOf } from "./kind";

export type Previewable = {
  id: string;
  name: string;
  kind: "file" | "folder";
  fileType: string | null;
  fileSize: number;
};

const shownImages = /^image\/(png|jpeg|gif|webp|avif|svg\+xml|bmp|x-icon)$/;

/** Media only where its bytes say so: an ending promises nothing. */
export function canPreview(file: Previewable): boolean {
  const kind = kindOf(file);
  const type = file.fileType ?? "";
  if (kind === "image") return shownImages.test(type);
  if (kind === "video" || kind === "audio") return type.startsWith("video/") || type.startsWith("audio/");
  if (kind === "pdf") return type === "application/pdf";
  return kind === "text" || kind === "code" || type.startsWith("text/") || /\.(csv|tsv)$/i.test(file.name);
}
