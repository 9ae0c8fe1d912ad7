import { expect, it } from "vitest";
import { humanBytes } from "./human-bytes.ts";

it.each([
  [0, "0 bytes"],
  [812, "812 bytes"],
  [4_130_841, "4.1 MB"],
  [2_000_000_000, "2 GB"],
  [999_600, "1 MB"],
])("%i bytes are said as %s", (bytes, text) => {
  expect(humanBytes(bytes)).toBe(text);
});
