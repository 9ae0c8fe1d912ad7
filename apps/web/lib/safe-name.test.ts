import { describe, expect, it } from "vitest";
import { splitEnding, visibleName } from "./safe-name.ts";

describe("names as they are shown", () => {
  it("shows marks and overrides of direction as their codes", () => {
    expect(visibleName("rtl\u202egpj.exe")).toBe("rtl⟨U+202E⟩gpj.exe");
    expect(visibleName("a\u2067b\u2069.txt")).toBe("a⟨U+2067⟩b⟨U+2069⟩.txt");
    expect(visibleName("line\nbreak")).toBe("line⟨U+000A⟩break");
    expect(visibleName("\u200bhidden")).toBe("⟨U+200B⟩hidden");
  });

  it("leaves ordinary names of every script as they are", () => {
    for (const name of ["Grüße.txt", "מסמך.pdf", "می‌خواهم.txt", "👩‍👩‍👧.jpg", "日本語 2.md", "a b"]) {
      expect(visibleName(name)).toBe(name);
    }
  });

  it("splits off what is an ending", () => {
    expect(splitEnding("a.tar.gz")).toEqual({ stem: "a.tar", ending: ".gz" });
    expect(splitEnding(".profile")).toEqual({ stem: ".profile", ending: "" });
    expect(splitEnding("Minutes of 12. November")).toEqual({ stem: "Minutes of 12. November", ending: "" });
    expect(splitEnding("README")).toEqual({ stem: "README", ending: "" });
  });
});
