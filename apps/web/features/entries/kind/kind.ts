export type Kind =
  | "image"
  | "video"
  | "audio"
  | "pdf"
  | "text"
  | "code"
  | "archive"
  | "sheet"
  | "slides"
  | "document"
  | "other";

const byEnding: readonly [Kind, RegExp][] = [
  ["image", /\.(png|jpe?g|gif|webp|avif|svg|heic|tiff?|bmp|raw|dng)$/i],
  ["video", /\.(mp4|mkv|mov|webm|avi|m4v)$/i],
  ["audio", /\.(mp3|flac|wav|ogg|opus|m4a|aac)$/i],
  ["pdf", /\.pdf$/i],
  ["sheet", /\.(xlsx?|ods|csv|tsv|numbers)$/i],
  ["slides", /\.(pptx?|odp|key)$/i],
  ["document", /\.(docx?|odt|rtf|pages|epub)$/i],
  ["archive", /\.(zip|tar|t?gz|bz2|xz|zst|7z|rar|iso|dmg)$/i],
  [
    "code",
    /\.(m?[jt]sx?|json|ya?ml|toml|py|rb|go|rs|c|h|cpp|hpp|cs|java|kt|swift|php|sh|sql|html?|css|xml|vue|svelte)$/i,
  ],
  ["text", /\.(txt|md|markdown|log|ini|conf|env|srt|vtt)$/i],
];

/** What a file is to people: its media type as far as that tells, then its ending. */
export function kindOf(file: { name: string; fileType: string | null }): Kind {
  const type = file.fileType ?? "";
  if (type.startsWith("image/")) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  if (type === "application/pdf") return "pdf";
  for (const [kind, pattern] of byEnding) if (pattern.test(file.name)) return kind;
  if (/json|xml|javascript|x-sh/.test(type)) return "code";
  if (type.startsWith("text/")) return "text";
  if (/zip|compressed|x-tar/.test(type)) return "archive";
  return "other";
}
