/** A person whom a comment mentions: `@[label](id)`. */
export interface Mention {
  readonly label: string;
  readonly id: string;
}

const pattern = /@\[([^[\]\n]{1,100})\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/g;

/** The text of a comment, and the mentions in it, in their order. */
export function splitMentions(text: string): (string | Mention)[] {
  const parts: (string | Mention)[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push({ label: match[1] as string, id: match[2] as string });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Ids of whom it mentions, each once. */
export function mentionsOf(text: string): string[] {
  const ids = splitMentions(text).flatMap((part) => (typeof part === "string" ? [] : [part.id]));
  return [...new Set(ids)];
}

/** How a mention stands in the text. What would end it early is left out of the label. */
export function writeMention({ label, id }: Mention): string {
  return `@[${label.replace(/[[\]\n]/g, " ").slice(0, 100)}](${id})`;
}
