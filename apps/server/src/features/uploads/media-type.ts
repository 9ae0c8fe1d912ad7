import { isUtf8 } from "node:buffer";
import { fileTypeFromBuffer } from "file-type";
import mime from "mime";

/** So many first bytes of a file are looked at. */
const headBytes = 4100;

/**
 * The media type of a file by its first bytes; by its name where the bytes say nothing. What the client claims is not asked.
 * @param head the first 4,100 bytes, or all where there are fewer
 */
export async function mediaTypeOf(head: Buffer, name: string): Promise<string> {
  const byName = mime.getType(name);
  if (looksLikeText(head)) {
    // Markup is text by its bytes; its name decides which. Nothing of it is ever shown inside our origin.
    return byName && isTextual(byName) ? byName : "text/plain";
  }
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found) {
    // Containers that many formats share say less than the name does.
    const generic = found.mime === "application/zip" || found.mime === "application/x-cfb";
    return generic && byName ? byName : found.mime;
  }
  if (byName && !isTextual(byName)) return byName;
  return "application/octet-stream";
}

function isTextual(type: string): boolean {
  return (
    type.startsWith("text/") || /[/+](json|xml|javascript|yaml|toml|sql|x-sh)$/.test(type) || type === "image/svg+xml"
  );
}

function looksLikeText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  // %PDF and the like begin as text.
  if (head.length >= 4 && head.toString("latin1", 0, 4) === "%PDF") return false;
  // The last character may be cut in two where the head ends.
  const mayBeCut = head.length < headBytes ? 0 : 3;
  for (let cut = 0; cut <= mayBeCut; cut++) if (isUtf8(head.subarray(0, head.length - cut))) return true;
  return false;
}
