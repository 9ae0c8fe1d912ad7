/**
 * Characters that change how the rest of a name is laid out or that nobody sees: control characters, marks and overrides of direction,
 * zero-width space, word joiner, byte order mark. Joiners (U+200C, U+200D) stay: Persian and emoji need them.
 */
const invisible = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u2028\u2029]/gu;

/** The name as it can be shown without pretending to be another: what is invisible appears as its code, `⟨U+202E⟩`. */
export function visibleName(name: string): string {
  return name.replace(
    invisible,
    (char) => `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** Stem and ending (with its dot; empty where there is none), for a cut that keeps the ending. */
export function splitEnding(name: string): { stem: string; ending: string } {
  const ending = /(?<=.)\.[^\s.]{1,9}$/su.exec(name)?.[0] ?? "";
  return { stem: name.slice(0, name.length - ending.length), ending };
}
