import fc from "fast-check";
import { expect, test } from "vitest";
import { contentDisposition, mayShowInline } from "./disposition.ts";

/** RFC 6266 and RFC 8187 read by their grammar: the name that a client of today saves. */
function nameIn(header: string): string {
  const extended = /; filename\*=UTF-8''((?:[!#$&+.^_`|~0-9A-Za-z-]|%[0-9A-F]{2})*)$/.exec(header)?.[1];
  return extended === undefined
    ? (/; filename="([^"\\]*)"$/.exec(header)?.[1] as string)
    : decodeURIComponent(extended);
}

test("any name comes back out of the header, which is ASCII without line ends", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme", maxLength: 60 })),
      (name) => {
        const header = contentDisposition("attachment", name);
        expect(header).toMatch(
          /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[\x21-\x7e]*)?$/,
        );
        expect(nameIn(header)).toBe(name);
      },
    ),
    { numRuns: 3000, examples: [['a"b'], ["a\\b"], ["100%"], ["a\r\nSet-Cookie: x"], ["'()*"], ["\u202egpj.exe"]] },
  );
});

test.each([
  "image/svg+xml",
  "text/html",
  "application/xhtml+xml",
  "text/xml",
  "application/xml",
  "text/javascript",
  "application/rss+xml",
  "multipart/related",
  "application/octet-stream",
  null,
])("%s is never shown inside", (type) => expect(mayShowInline(type)).toBe(false));
