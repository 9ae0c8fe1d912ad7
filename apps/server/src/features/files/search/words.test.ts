import { expect, test } from "vitest";
import { piecesOf, rangesOf, wordOf } from "./words.ts";

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

test("names that begin with something are in one range, with a number at its end in one for each count of digits", () => {
  expect(rangesOf(" report")).toEqual([{ from: " report", below: " report\uffff" }]);
  expect(rangesOf(" client 19").slice(0, 3)).toEqual([
    { from: " client 19", below: " client 20" },
    { from: " client 190", below: " client 200" },
    { from: " client 1900", below: " client 2000" },
  ]);
  expect(rangesOf(" client 09")[1]).toEqual({ from: " client 90", below: " client 100" });
  expect(rangesOf(" client 00")).toEqual([{ from: " client 00", below: " client \uffff" }]);
});
