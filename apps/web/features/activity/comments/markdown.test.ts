import { expect, test } from "vitest";
import { parseComment, parseInline, safeAddress } from "./markdown.ts";

const id = "01234567-89ab-7def-8123-456789abcdef";
const text = (of: string) => ({ kind: "text", text: of });

test("paragraphs, lines and lists", () => {
  expect(parseComment("one\ntwo\n\n- a\n* b\n1. c\n2) d\nend")).toEqual([
    { kind: "paragraph", lines: [[text("one")], [text("two")]] },
    { kind: "list", ordered: false, items: [[text("a")], [text("b")]] },
    { kind: "list", ordered: true, items: [[text("c")], [text("d")]] },
    { kind: "paragraph", lines: [[text("end")]] },
  ]);
  expect(parseComment("   \n\n")).toEqual([]);
});

test("bold, italic, code, links and mentions", () => {
  expect(parseInline(`a **b *x* c** \`d **e**\` [f](https://example.org/g) @[Ben](${id})`)).toEqual([
    text("a "),
    { kind: "bold", inside: [text("b "), { kind: "italic", inside: [text("x")] }, text(" c")] },
    text(" "),
    { kind: "code", text: "d **e**" },
    text(" "),
    { kind: "link", href: "https://example.org/g", inside: [text("f")] },
    text(" "),
    { kind: "mention", label: "Ben", id },
  ]);
  expect(parseInline("**bold** and *it*")).toEqual([
    { kind: "bold", inside: [text("bold")] },
    text(" and "),
    { kind: "italic", inside: [text("it")] },
  ]);
  expect(parseInline("see https://example.org/a_b?c=1, then")).toEqual([
    text("see "),
    { kind: "link", href: "https://example.org/a_b?c=1", inside: [text("https://example.org/a_b?c=1")] },
    text(", then"),
  ]);
  expect(parseInline("2 * 3 * 4 and a ** b")).toEqual([text("2 * 3 * 4 and a ** b")]);
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert`1`)",
  "[x](data:text/html,hello)",
  "[x](//example.org)",
  "[x](/api/v1/me)",
  "[x](vbscript:x)",
  "[x](https:x)",
  `@[x](javascript:${id})`,
])("%s is text", (attack) => {
  const flat = JSON.stringify(parseComment(attack));
  expect(flat).not.toMatch(/"kind":"(link|mention)"/);
});

test.each([
  ["https://example.org", "https://example.org/"],
  ["MAILTO:a@example.org", "mailto:a@example.org"],
  ["http://exa mple.org", null],
  ["java\nscript:alert(1)", null],
  ["https://", null],
])("%j leads to %j", (address, href) => expect(safeAddress(address)).toBe(href));

test("no text takes long", () => {
  const began = performance.now();
  for (const one of ["*", "**a", "[", "`", "@[", "https://", "[a](", "- ", "*a*"])
    parseComment(one.repeat(4000 / one.length));
  expect(performance.now() - began).toBeLessThan(1_000);
});
