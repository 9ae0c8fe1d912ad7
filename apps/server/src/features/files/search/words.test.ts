import { expect, test } from "vitest";
import { piecesOf, rangeOf, wordOf } from "./words.ts";

test("a word is looked for anywhere; one or two letters, and what comes after a separator, where a word begins", () => {
  expect(wordOf("img")).toMatchObject({ inside: "%img%", atStart: "% img%" });
  expect(wordOf("im")).toMatchObject({ inside: "% im%", atStart: "% im%" });
  expect(wordOf(" pdf")).toMatchObject({ inside: "% pdf%", atStart: "% pdf%" });
  expect(wordOf(" 写 真 ")).toMatchObject({ inside: "% 写 真 %" });
  expect(wordOf(" ")).toBeNull();
  expect(wordOf("")).toBeNull();
});

test("the index is asked for pieces that every such name has", () => {
  expect(piecesOf("lofoten")).toEqual(["lof", "ofo", "fot", "ote", "ten"]);
  expect(piecesOf(" lofo")).toEqual([" lof", "lof", "ofo"]);
  expect(piecesOf(" a")).toEqual([" a"]);
  expect(piecesOf(" ab")).toEqual([" ab"]);
  expect(piecesOf("img 1")).toEqual(["img", "mg ", " 1"]);
  expect(piecesOf(" 写 真 ")).toEqual([" 写 ", " 真 "]);
});

test("names that begin with something are in one range, and a number's value does not cut it", () => {
  expect(rangeOf(" report")).toEqual({ from: " report", below: " report\uffff" });
  expect(rangeOf(" client 19")).toEqual({ from: " client 19", below: " client \uffff" });
});
