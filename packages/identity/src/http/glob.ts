const patterns = new Map<string, RegExp | null>();

/**
 * Globs as Supabase Auth reads them in `GOTRUE_URI_ALLOW_LIST`, with "." and "/" as separators: `*` is anything but those, `**` anything,
 * `?` one character but those, `[abc]`, `[a-z]`, `[!a]` one character, `{one,two}` either, and `\\` takes the next character as it is.
 *
 * @returns null for a glob that cannot be read; it matches nothing
 */
export function globPattern(glob: string): RegExp | null {
  const known = patterns.get(glob);
  if (known !== undefined) return known;
  const pattern = compile(glob);
  patterns.set(glob, pattern);
  return pattern;
}

const token = /\\(.)|\*\*|\*|\?|\[(!?)((?:\\.|[^\]\\])+)\]|[{},]|[^\\*?[{},]/gsy;

function compile(glob: string): RegExp | null {
  let source = "";
  let depth = 0;
  token.lastIndex = 0;
  while (token.lastIndex < glob.length) {
    const found = token.exec(glob);
    if (found === null) return null;
    const [text, escaped, not, set] = found;
    if (text === "{") depth++;
    if (text === "}" && --depth < 0) return null;
    if (escaped !== undefined) source += literal(escaped);
    else if (set !== undefined) source += `[${not ? "^" : ""}${setOf(set)}]`;
    else source += translated(text, depth);
  }
  if (depth !== 0) return null;
  try {
    return new RegExp(`^${source}$`, "s");
  } catch {
    return null;
  }
}

function translated(text: string, depth: number): string {
  if (text === "**") return ".*";
  if (text === "*") return "[^./]*";
  if (text === "?") return "[^./]";
  if (text === "{") return "(?:";
  if (text === "}") return ")";
  if (text === "," && depth > 0) return "|";
  return literal(text);
}

/** A range keeps its "-", and only there. */
function setOf(set: string): string {
  const range = /^(.)-(.)$/s.exec(set);
  if (range) return `${literal(range[1] as string)}-${literal(range[2] as string)}`;
  return [...set.replace(/\\(.)/gs, "$1")].map(literal).join("");
}

const literal = (character: string) => character.replace(/[\\^$.*+?()[\]{}|\-/]/g, "\\$&");
