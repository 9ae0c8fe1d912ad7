import { expect, test } from "vitest";
import { mentionAt, toSent, toWritten } from "./mention-text.ts";

const ben = { label: "Ben", id: "01234567-89ab-7def-8123-456789abcdef" };
const benny = { label: "Ben Ny", id: "11234567-89ab-7def-8123-456789abcdef" };

test.each([
  ["@", 1, { start: 0, q: "" }],
  ["hi @be", 6, { start: 3, q: "be" }],
  ["(@Ben N", 7, { start: 1, q: "Ben N" }],
  ["a@be", 4, null],
  ["@be\nx", 5, null],
  ["@ x", 3, null],
  ["no", 2, null],
])("%j at %i is asked for as %j", (text, caret, found) => expect(mentionAt(text, caret)).toEqual(found));

test("what is written is sent with ids, the longest name first, and comes back", () => {
  const sent = toSent("@Ben and @Ben Ny, not @Benjamin, not Ben", [ben, benny]);
  expect(sent).toBe(`@[Ben](${ben.id}) and @[Ben Ny](${benny.id}), not @Benjamin, not Ben`);
  expect(toWritten(sent)).toEqual({ text: "@Ben and @Ben Ny, not @Benjamin, not Ben", people: [ben, benny] });
  expect(toSent("nothing", [])).toBe("nothing");
});
