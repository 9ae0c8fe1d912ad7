/** Nobody's metadata is nested like this, and neither JavaScript nor PostgreSQL takes it without end. */
const maxDepth = 200;

/**
 * Why PostgreSQL cannot keep a value that came as JSON, or null where it can: its `text` and its `jsonb` hold neither U+0000 nor half of
 * a surrogate pair, in keys no more than in values.
 */
export function whyNotStorable(value: unknown): string | null {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return `more than ${maxDepth} levels are not allowed`;
    const next: unknown[] = [];
    for (const inner of level) {
      const complaint = typeof inner === "string" ? whyNoText(inner) : null;
      if (complaint !== null) return complaint;
      if (typeof inner !== "object" || inner === null) continue;
      if (Array.isArray(inner)) next.push(...inner);
      else next.push(...Object.keys(inner), ...Object.values(inner));
    }
    level = next;
  }
  return null;
}

function whyNoText(text: string): string | null {
  if (text.includes("\0")) return "the character U+0000 is not allowed";
  return text.isWellFormed() ? null : "half of a surrogate pair is not allowed";
}
