import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: number[]) => new Uint8Array(values);

describe("text of unknown encoding", () => {
  it("is UTF-8 where it can be, with or without a mark", () => {
    expect(decodeText(utf8("Grüße €"))).toBe("Grüße €");
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x41))).toBe("A");
    expect(decodeText(bytes())).toBe("");
  });
  it("is Windows-1252 where it cannot be UTF-8", () => {
    expect(decodeText(bytes(0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80))).toBe("Grüße €");
  });
  it("is UTF-16 where a mark says so", () => {
    expect(decodeText(bytes(0xff, 0xfe, 0xfc, 0x00))).toBe("ü");
    expect(decodeText(bytes(0xfe, 0xff, 0x00, 0xfc))).toBe("ü");
  });
  it("may be cut within a letter, and is not taken for another encoding by that", () => {
    const whole = utf8("Grüße");
    expect(decodeText(whole.slice(0, 3), true)).toBe("Gr");
    expect(decodeText(whole.slice(0, 3))).toBe("GrÃ");
  });
});
