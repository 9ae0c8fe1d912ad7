/** One entry of an archive made by hand: for what no `tar` makes. */
export interface Made {
  path?: string | Buffer;
  /** Default "0", a file. */
  type?: string;
  bytes?: Uint8Array;
  /** In place of the bytes' own. */
  size?: number;
  /** Seconds. */
  mtime?: number;
  /** Changes the header before its checksum is made. */
  change?(header: Buffer): void;
  /** Records of pax that stand before it. */
  pax?: Record<string, string>;
}

export const endOfTar = Buffer.alloc(1024);

export function tarOf(...entries: Made[]): Buffer<ArrayBuffer> {
  return Buffer.concat([...entries.map(entryOf), endOfTar]);
}

export function entryOf(made: Made): Buffer<ArrayBuffer> {
  const { path = "file", type = "0", bytes = Buffer.alloc(0), pax } = made;
  const header = Buffer.alloc(512);
  header.set(Buffer.from(path as string).subarray(0, 100));
  header.write("0000644\0", 100);
  header.write(`${(made.size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${(made.mtime ?? 1_700_000_000).toString(8).padStart(11, "0")}\0`, 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  made.change?.(header);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  const fill = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  const before = pax ? [entryOf({ path: "pax", type: "x", bytes: recordsOf(pax) })] : [];
  return Buffer.concat([...before, header, bytes, fill]);
}

export function recordsOf(records: Record<string, string>): Buffer {
  return Buffer.concat(Object.entries(records).map(([key, value]) => recordOf(key, value)));
}

function recordOf(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length++;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
