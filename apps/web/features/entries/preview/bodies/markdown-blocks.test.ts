import { describe, expect, it } from "vitest";
import { blocksOf } from "./markdown-blocks.ts";

const item = (text: string, checked: boolean | null = null, blocks: unknown[] = []) => ({ text, checked, blocks });

describe("the blocks of Markdown", () => {
  it("are told apart", () => {
    const text = "# Title #\n\nOne\ntwo\n- a\n- b\n\n1. x\n2) y\n> said\n> more\n---\n```ts\n# no heading\n```\nend";
    expect(blocksOf(text)).toEqual([
      { type: "heading", level: 1, text: "Title" },
      { type: "paragraph", text: "One\ntwo" },
      { type: "list", ordered: false, start: 1, items: [item("a"), item("b")] },
      { type: "list", ordered: true, start: 1, items: [item("x"), item("y")] },
      { type: "quote", blocks: [{ type: "paragraph", text: "said\nmore" }] },
      { type: "rule" },
      { type: "code", text: "# no heading" },
      { type: "paragraph", text: "end" },
    ]);
  });
  it("are tables, with alignment, bars in the text, and rows of any length", () => {
    const text = "| A | B |\n|:--|--:|\n| 1 | 2 \\| 3 |\n| only |\n| a | b | c |\n\nafter";
    expect(blocksOf(text)).toEqual([
      {
        type: "table",
        align: ["left", "right"],
        head: ["A", "B"],
        rows: [
          ["1", "2 | 3"],
          ["only", ""],
          ["a", "b"],
        ],
      },
      { type: "paragraph", text: "after" },
    ]);
    expect(blocksOf("a | b\n--- | ---\n1 | 2")[0]).toMatchObject({ type: "table", rows: [["1", "2"]] });
    // As many columns below as above, or it is text.
    expect(blocksOf("a | b\n---\nc").map(({ type }) => type)).toEqual(["paragraph", "rule", "paragraph"]);
  });
  it("are lists with tasks, other lists and more text inside", () => {
    const text = "- [x] done\n- [ ] open\n  - inner\n    1. deep\n- long\n  goes on\n\n  second\n\n- last\n\nafter";
    expect(blocksOf(text)).toEqual([
      {
        type: "list",
        ordered: false,
        start: 1,
        items: [
          item("done", true),
          item("open", false, [
            {
              type: "list",
              ordered: false,
              start: 1,
              items: [item("inner", null, [{ type: "list", ordered: true, start: 1, items: [item("deep")] }])],
            },
          ]),
          item("long\ngoes on", null, [{ type: "paragraph", text: "second" }]),
          item("last"),
        ],
      },
      { type: "paragraph", text: "after" },
    ]);
    expect(blocksOf("7. seven\n8. eight")).toMatchObject([{ type: "list", start: 7, items: [{}, {}] }]);
  });
  it("end, whatever the text is", () => {
    expect(blocksOf("```never closed\nrest")).toEqual([{ type: "code", text: "rest" }]);
    expect(blocksOf("#nospace\n####### seven")).toEqual([{ type: "paragraph", text: "#nospace\n####### seven" }]);
    expect(blocksOf("")).toEqual([]);
    const deep = Array.from({ length: 300 }, (_, n) => `${"  ".repeat(n)}- ${n}`).join("\n");
    expect(JSON.stringify(blocksOf(deep))).toContain("299");
    expect(JSON.stringify(blocksOf(`${">".repeat(5000)} a`))).toContain("a");
    for (const odd of ["- ", "-", "1.", "|", "|\n|", "| |\n|-|", ">", "* * *", "- - -", "  - a\n- b", "\t- a"])
      expect(() => blocksOf(odd)).not.toThrow();
  });
  it("of half a megabyte are read in a moment", () => {
    const began = performance.now();
    for (const line of ["[", "*", "| a ", "- a\n", "> ", "`", "![", "\n- [ ] x\n  "])
      blocksOf(line.repeat(524_288 / line.length));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
