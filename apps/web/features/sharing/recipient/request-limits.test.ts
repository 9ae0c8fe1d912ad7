import { expect, it } from "vitest";
import { refusalOf } from "./request-limits.ts";

const takes = { filesLeft: 3, bytesLeft: 1000, maxFileSize: 800 };
const sent = (size: number, status: "done" | "failed" = "done") => ({ size, status });

it("refuses what a link cannot take, beside what is chosen already", () => {
  expect(refusalOf(null, [], 10 ** 15)).toBeNull();
  expect(refusalOf(takes, [], 800)).toBeNull();
  expect(refusalOf(takes, [], 801)).toEqual({ text: "fileTooLarge", size: "800 B" });
  expect(refusalOf(takes, [sent(600)], 401)).toEqual({ text: "noMoreBytes", size: "400 B" });
  expect(refusalOf(takes, [sent(600, "failed")], 401)).toBeNull();
  expect(refusalOf(takes, [sent(1), sent(1), sent(1)], 1)).toEqual({ text: "noMoreFiles", size: "" });
});
