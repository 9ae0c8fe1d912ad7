import { expect, test } from "vitest";
import { text, webAddress } from "./text.ts";

test.each(["", "plain", "tab\tand\nline", "\u{1f3f3}️‍\u{1f308}", "\ufeff\ufffe\u202e", "' or 1=1 --"])(
  "%j is text",
  (value) => {
    expect(text().parse(value)).toBe(value);
  },
);

test.each(["\0", "a\0b", "\ud800", "a\udfffb", "\udc00\ud800"])("%j is refused with a sentence", (value) => {
  const { error } = text().trim().min(1).max(100).safeParse(value);
  expect(error?.issues[0]?.message).toMatch(/^must (not contain the character U\+0000|be whole Unicode characters)$/);
  expect(webAddress().safeParse(`https://example.org/${value}`).success).toBe(false);
});
