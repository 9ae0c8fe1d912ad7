import { describe, expect, it } from "vitest";
import { blocksOf } from "./markdown.tsx";

describe("the blocks of Markdown", () => {
  it("are told apart", () => {
    const text = "# Title #\n\nOne\ntwo\n- a\n- b\n\n1. x\n2) y\n> said\n> more\n---\n```ts\n# no heading\n```\nend";
    expect(blocksOf(text)).toEqual([
      { type: "heading", level: 1, text: "Title" },
      { type: "paragraph", text: "One\ntwo" },
      { type: "list", ordered: false, items: ["a", "b"] },
      { type: "list", ordered: true, items: ["x", "y"] },
      { type: "quote", text: "said\nmore" },
      { type: "rule" },
      { type: "code", text: "# no heading" },
      { type: "paragraph", text: "end" },
    ]);
  });
  it("end, whatever the text is", () => {
    expect(blocksOf("```never closed\nrest")).toEqual([{ type: "code", text: "rest" }]);
    expect(blocksOf("#nospace\n####### seven")).toEqual([{ type: "paragraph", text: "#nospace\n####### seven" }]);
    expect(blocksOf("")).toEqual([]);
  });
});
