import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import {
  centralHeader,
  dataDescriptor,
  dataDescriptorLength,
  endOfArchive,
  localHeader,
  localHeaderLength,
  type ZipEntry,
} from "./zip-format.ts";

const modified = new Date("2026-11-22T10:20:30Z");

function entryOf(path: string, bytes: Buffer, crcFollows: boolean): ZipEntry {
  return { path: Buffer.from(path), size: bytes.length, crc32: crc32(bytes), modified, folder: false, crcFollows };
}

/** An archive as it is sent: what follows from the entry before its bytes are read, then the bytes, then what is known by then. */
function archiveOf(files: readonly { path: string; bytes: Buffer; crcFollows: boolean }[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { path, bytes, crcFollows } of files) {
    const entry = entryOf(path, bytes, crcFollows);
    const header = localHeader(crcFollows ? { ...entry, crc32: 0 } : entry);
    expect(header.length).toBe(localHeaderLength(entry));
    const descriptor = dataDescriptor(entry);
    expect(descriptor.length).toBe(dataDescriptorLength(entry));
    parts.push(header, bytes, descriptor);
    central.push(centralHeader(entry, at));
    at += header.length + bytes.length + descriptor.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...parts, directory, endOfArchive(files.length, directory.length, at)]);
}

test("another program reads an archive whose checksums follow the bytes, beside one whose checksums do not", async () => {
  const files = [
    { path: "known before.txt", bytes: Buffer.from("one"), crcFollows: false },
    { path: "ordner/später.txt", bytes: Buffer.from("two, with PK\x07\x08 in it"), crcFollows: true },
    { path: "empty.txt", bytes: Buffer.alloc(0), crcFollows: true },
    { path: "last.txt", bytes: Buffer.alloc(70_000, "x"), crcFollows: true },
  ];
  const folder = await mkdtemp(join(tmpdir(), "holdfast-zip-"));
  try {
    const zip = join(folder, "a.zip");
    await writeFile(zip, archiveOf(files));
    // Python's reader compares every checksum, with what the central directory says and with flags of both headers.
    const read = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
z.extractall(sys.argv[2])`;
    await promisify(execFile)("python3", ["-c", read, zip, folder]);
    for (const { path, bytes } of files) expect(await readFile(join(folder, path))).toEqual(bytes);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a header says nothing of a checksum that follows, and a descriptor is there for those alone", () => {
  const bytes = Buffer.from("some bytes");
  const follows = entryOf("a", bytes, true);
  const known = entryOf("a", bytes, false);
  expect(localHeader(follows).readUInt16LE(6)).toBe(0x0808);
  expect(localHeader(follows).subarray(14, 26)).toEqual(Buffer.alloc(12));
  expect(centralHeader(follows, 0).readUInt16LE(8)).toBe(0x0808);
  expect(centralHeader(follows, 0).readUInt32LE(16)).toBe(crc32(bytes));
  expect(localHeader(known).readUInt16LE(6)).toBe(0x0800);
  expect(localHeader(known).readUInt32LE(14)).toBe(crc32(bytes));
  expect(dataDescriptor(known)).toHaveLength(0);
  expect(dataDescriptor(follows).readUInt32LE(0)).toBe(0x08074b50);
  expect(dataDescriptor(follows).readUInt32LE(4)).toBe(crc32(bytes));
});

test("a file of more than 32 bits has its size twice in 64 behind the bytes, and zeros before them", () => {
  const size = 5 * 2 ** 30;
  const entry: ZipEntry = { path: Buffer.from("big"), size, crc32: 7, modified, folder: false, crcFollows: true };
  const header = localHeader(entry);
  expect(header.readUInt32LE(18)).toBe(0xffffffff);
  expect(header.subarray(-16)).toEqual(Buffer.alloc(16));
  const descriptor = dataDescriptor(entry);
  expect(descriptor).toHaveLength(24);
  expect(descriptor.readBigUInt64LE(8)).toBe(BigInt(size));
  expect(descriptor.readBigUInt64LE(16)).toBe(BigInt(size));
});
