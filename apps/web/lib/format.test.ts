import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatRange, formatWhen, stemLength } from "./format.ts";

describe("sizes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 KB"],
    [1536, "1.5 KB"],
    [99_950, "100 KB"],
    [999_499, "999 KB"],
    [999_500, "1 MB"],
    [1_400_000_000, "1.4 GB"],
    [2_000_000_000_000_000, "2 PB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("durations", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [60, "1 min"],
    [3599, "1 h"],
    [4800, "1 h 20 min"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("moments", () => {
  const now = new Date(2026, 10, 22, 15, 0);
  it("shows the time today, the day this year, else the year too", () => {
    expect(formatWhen(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toBe("09:05");
    expect(formatWhen(new Date(2026, 1, 3, 9, 5).toISOString(), now)).toBe("3 Feb");
    expect(formatWhen(new Date(2019, 1, 3, 9, 5).toISOString(), now)).toBe("3 Feb 2019");
  });
});

describe("the stem that renaming selects", () => {
  it.each([
    ["report.pdf", "report"],
    ["backup.tar.gz", "backup"],
    [".gitignore", ".gitignore"],
    ["Makefile", "Makefile"],
    ["v1.2 notes.md", "v1.2 notes"],
    ["ends with a dot.", "ends with a dot."],
  ])("of %s is %s", (name, stem) => {
    expect(name.slice(0, stemLength(name))).toBe(stem);
  });
});

describe("from one moment to another", () => {
  it.each([
    ["2026-11-30T09:05:01", "2026-11-30T09:05:59", /^30 November 2026 at 09:05$/],
    ["2026-11-30T09:05:00", "2026-11-30T09:12:00", /^30 November 2026\D+09:05\W+09:12$/],
    ["2026-11-30T23:58:00", "2026-12-01T00:02:00", /^30 November 2026 at 23:58\W+1 December 2026 at 00:02$/],
  ])("%s to %s", (from, to, text) => {
    expect(formatRange(from, to)).toMatch(text);
  });
});
