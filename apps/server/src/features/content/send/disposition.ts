/** Media types that a browser may show inside our origin's pages: nothing that can hold a script. The rest is saved, whatever was asked. */
const inlineTypes = new Set([
  "application/pdf",
  "text/plain",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "image/x-icon",
  "image/vnd.microsoft.icon",
]);

export function mayShowInline(fileType: string | null): boolean {
  if (!fileType) return false;
  return inlineTypes.has(fileType) || fileType.startsWith("video/") || fileType.startsWith("audio/");
}

/**
 * A Content-Disposition for any name (RFC 6266, RFC 8187): an ASCII stand-in for old clients, and the true name in UTF-8.
 */
export function contentDisposition(kind: "inline" | "attachment", name: string): string {
  // Control characters, quotes and backslashes cannot be told apart by all clients inside a quoted string.
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return ascii === name ? `${kind}; filename="${ascii}"` : `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
