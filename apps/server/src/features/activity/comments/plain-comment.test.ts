import { expect, test } from "vitest";
import { plainComment } from "./plain-comment.ts";

const id = "01234567-89ab-7def-8123-456789abcdef";

test.each([
  ["**bold** *it* `code`", "bold it code"],
  [`hi @[Ben](${id})\n\n- one\n- two`, "hi @Ben - one - two"],
  ["[here](https://example.org) [x](javascript:y)", "here [x](javascript:y)"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["<b>x</b>", "<b>x</b>"],
])("%j begins with %j", (text, plain) => expect(plainComment(text, 100)).toBe(plain));

test("what is long ends with a sign, and no character is cut in two", () => {
  expect(plainComment("one two three", 8)).toBe("one two…");
  expect(plainComment("🦊".repeat(10), 5)).toBe(`${"🦊".repeat(4)}…`);
});
