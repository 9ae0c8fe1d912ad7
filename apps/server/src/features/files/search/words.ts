/** A word that is looked for, as patterns over the words of a name ("IMG_0001.jpg" is " img 0001 jpg "), and as pieces that the index knows. */
export interface Word {
  /** `like` pattern: anywhere in the name. Equal to `atStart` where the word counts only there. */
  inside: string;
  /** `like` pattern: where a word of the name begins. */
  atStart: string;
  piecesInside: string[];
  piecesAtStart: string[];
}

/** Up to so many letters a word counts only where a word of the name begins: anywhere else it would be in nearly every name. */
const shortWord = 2;

/** @param folded a word as `holdfast.fold` wrote it: no character in it has a meaning in `like`. Null where nothing is left of it. */
export function wordOf(folded: string): Word | null {
  const text = folded.trimStart();
  if (text === "") return null;
  const atStart = `% ${text}%`;
  const piecesAtStart = piecesOf(` ${text}`);
  const onlyAtStart = folded.startsWith(" ") || [...text.trimEnd()].length <= shortWord;
  if (onlyAtStart) return { inside: atStart, atStart, piecesInside: piecesAtStart, piecesAtStart };
  return { inside: `%${text}%`, atStart, piecesInside: piecesOf(text), piecesAtStart };
}

/** Of what `holdfast.search_keys` keeps of a name, the pieces that every name with this text in it has. */
export function piecesOf(text: string): string[] {
  const letters = [...text];
  const pieces = new Set<string>();
  for (let at = 0; at < letters.length - 1; at++) {
    const [first, second, third, fourth] = letters.slice(at, at + 4) as [string, string, string?, string?];
    const begins = first === " ";
    if (begins && third !== undefined && third !== " " && fourth !== undefined && fourth !== " ") {
      pieces.add(first + second + third + fourth);
    } else if (third !== undefined && second !== " ") pieces.add(first + second + third);
    else if (begins && third === undefined) pieces.add(first + second);
  }
  return [...pieces];
}

/** The longest numbers that are looked for by their value. */
const longestNumber = 15;

/**
 * Where names that begin with `prefix` stand in natural order; names of others may stand between them. Numbers stand by their value: what
 * begins with "client 19" is at 19, from 190 to 199, from 1900 to 1999, and so on.
 */
export function rangesOf(prefix: string): { from: string; below: string }[] {
  const [digits = ""] = /\p{Nd}+$/u.exec(prefix) ?? [];
  const before = prefix.slice(0, prefix.length - digits.length);
  if (digits === "") return [{ from: prefix, below: `${prefix}\uffff` }];
  // After zeros alone any number may follow.
  if (!/^0*[1-9]\d*$/.test(digits) || digits.length > longestNumber)
    return [{ from: prefix, below: `${before}\uffff` }];
  const value = BigInt(digits);
  return Array.from({ length: longestNumber + 1 - digits.length }, (_, more) => {
    const scale = 10n ** BigInt(more);
    return { from: `${before}${value * scale}`, below: `${before}${(value + 1n) * scale}` };
  });
}
