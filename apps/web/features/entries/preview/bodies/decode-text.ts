const marks: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * The text of a file that does not say how it is written: by its byte order mark, else as UTF-8, and where it cannot be that, as Windows-1252,
 * in which every byte is a letter.
 * @param cut the bytes are the beginning of more, and may end within a letter
 */
export function decodeText(bytes: Uint8Array<ArrayBuffer>, cut = false): string {
  const marked = marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked) return new TextDecoder(marked[0]).decode(bytes, { stream: cut });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
