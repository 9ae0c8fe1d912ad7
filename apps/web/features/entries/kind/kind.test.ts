import { describe, expect, it } from "vitest";
import { kindOf } from "./kind.ts";

describe("what a file is to people", () => {
  it.each([
    ["photo.bin", "image/png", "image"],
    ["page.html", "text/html", "code"],
    ["notes.md", "text/plain", "text"],
    ["table.csv", "text/csv", "sheet"],
    ["scan.pdf", "application/octet-stream", "pdf"],
    ["song.mp3", null, "audio"],
    ["unknown", "application/octet-stream", "other"],
    ["letter", "text/plain", "text"],
    ["bundle.tar.zst", null, "archive"],
  ] as const)("%s with %s is %s", (name, fileType, kind) => {
    expect(kindOf({ name, fileType })).toBe(kind);
  });
});
