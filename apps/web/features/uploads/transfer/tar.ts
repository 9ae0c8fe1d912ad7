const blockBytes = 512;
const endOfTar = new Uint8Array(2 * blockBytes);
const encoder = new TextEncoder();

/** `file` may be a slice of one: nothing of it is read here. */
export type TarEntry = { name: string; lastModified: number; file: Blob };

/** `ends`: how many bytes of the archive have gone when all of an entry has, for each. */
export type Tar = { archive: Blob; ends: number[] };

/** An archive of files (ustar; pax where that is too narrow) as one Blob: headers, and the files themselves, which stay on the disk. */
export function tarOf(entries: readonly TarEntry[]): Tar {
  const parts: BlobPart[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const { name, lastModified, file } of entries) {
    const headers = headersOf(name, lastModified, file.size);
    const fill = fillOf(file.size);
    parts.push(...headers, file, new Uint8Array(fill));
    end += headers.reduce((sum, { length }) => sum + length, 0) + file.size + fill;
    ends.push(end);
  }
  return { archive: new Blob([...parts, endOfTar], { type: "application/x-tar" }), ends };
}

function headersOf(name: string, lastModified: number, size: number): Uint8Array<ArrayBuffer>[] {
  const path = encoder.encode(name);
  const seconds = Math.floor(lastModified / 1000);
  const records: Uint8Array[] = [];
  // A header says neither in which encoding its 100 bytes of name are, nor anything finer than a second, or before 1970.
  if (path.length > 100 || path.length !== name.length) records.push(recordOf("path", name));
  if (lastModified % 1000 !== 0 || seconds < 0) records.push(recordOf("mtime", (lastModified / 1000).toFixed(3)));
  const header = headerOf(path, "0", Math.max(0, seconds), size);
  if (records.length === 0) return [header];
  const length = records.reduce((sum, record) => sum + record.length, 0);
  const filled = new Uint8Array(length + fillOf(length));
  let at = 0;
  for (const record of records) {
    filled.set(record, at);
    at += record.length;
  }
  return [headerOf(encoder.encode("pax"), "x", Math.max(0, seconds), length), filled, header];
}

function headerOf(path: Uint8Array, type: "0" | "x", seconds: number, size: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(blockBytes);
  const write = (text: string, at: number) => header.set(encoder.encode(text), at);
  header.set(path.subarray(0, 100));
  write("0000644\0", 100);
  write("0000000\0", 108);
  write("0000000\0", 116);
  write(`${octal(size, 11)}\0`, 124);
  write(`${octal(seconds, 11)}\0`, 136);
  // The sum is taken with spaces in its own place.
  write("        ", 148);
  write(type, 156);
  write("ustar\x0000", 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

/** "27 path=…\n": the number counts the bytes of all of it, its own too. */
function recordOf(key: string, value: string): Uint8Array {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (String(length).length + rest > length) length++;
  return encoder.encode(`${length} ${key}=${value}\n`);
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
const fillOf = (size: number) => (blockBytes - (size % blockBytes)) % blockBytes;
