/** What Go's strconv.IsPrint lets through unescaped. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
/** Names that neither strconv.Quote nor encoding/json would change. */
const PLAIN = /^[A-Za-z0-9 ._\-()[\]+,;=@#%~!$'^`{}\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]*$/;

const ESCAPES: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** A string as Go's encoding/json writes it: as JSON.stringify does, with `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function goString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]|\\[bf]/g, (part) => {
    // Go knows no \b and \f before 1.22; both forms read the same.
    if (part === "\\b" || part === "\\f") return part;
    return `\\u${part.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A file name as restic stores it: Go's strconv.Quote without its quotes, then as JSON. */
export function quotedName(name: string): string {
  return PLAIN.test(name) ? `"${name}"` : goString(quote(name));
}

function quote(name: string): string {
  let quoted = "";
  for (const character of name) {
    const escape = ESCAPES[character];
    if (escape !== undefined) quoted += escape;
    else if (PRINTABLE.test(character)) quoted += character;
    else quoted += escapeCode(character.codePointAt(0) as number);
  }
  return quoted;
}

function escapeCode(code: number): string {
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

const UNESCAPES: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '"': 34, "'": 39, "\\": 92 };
const ESCAPED = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv"'\\]))/g;

/** The name that restic's quoted one stands for, as text where it needs no decoding. Its bytes need not be UTF-8. */
export function unquotedBytes(quoted: string): string | Buffer {
  if (!quoted.includes("\\")) return quoted;
  const parts: Buffer[] = [];
  let end = 0;
  for (const match of quoted.matchAll(ESCAPED)) {
    parts.push(Buffer.from(quoted.slice(end, match.index)));
    const [whole, x, u, long, octal, letter] = match;
    if (x !== undefined) parts.push(Buffer.from([Number.parseInt(x, 16)]));
    else if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8) & 255]));
    else if (letter !== undefined) parts.push(Buffer.from([UNESCAPES[letter] as number]));
    else parts.push(Buffer.from(codePoint(Number.parseInt((u ?? long) as string, 16))));
    end = match.index + whole.length;
  }
  parts.push(Buffer.from(quoted.slice(end)));
  return Buffer.concat(parts);
}

function codePoint(code: number): string {
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}

/** RFC 3339 as Go writes it, in UTC: no trailing zeros in the fraction. Years outside 0 to 9999 are put to their limits, as restic does. */
export function goTime(time: Date): string {
  const year = time.getUTCFullYear();
  if (Number.isNaN(year)) throw new RangeError("A time is not one.");
  if (year < 0) return "0000-01-01T00:00:00Z";
  if (year > 9999) return "9999-12-31T23:59:59Z";
  const text = time.toISOString();
  const fraction = text.slice(19, 23).replace(/\.?0+$/, "");
  return `${text.slice(0, 19)}${fraction}Z`;
}
