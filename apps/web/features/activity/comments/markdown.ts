import { splitMentions } from "@holdfast/contract/client";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "mention"; readonly id: string; readonly label: string }
  | { readonly kind: "bold" | "italic"; readonly inside: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly inside: readonly Inline[] };

export type Block =
  | { readonly kind: "paragraph"; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const bullet = /^\s{0,3}[-*]\s+(.*)$/;
const number = /^\s{0,3}\d{1,9}[.)]\s+(.*)$/;

/** A comment as it is drawn: paragraphs and lists of a few forms. Whatever is none of them, HTML too, is text. */
export function parseComment(text: string): Block[] {
  const blocks: Block[] = [];
  for (const group of groupsOf(text.split("\n"))) {
    const [{ kind }] = group as [Line];
    const parts = group.map((line) => parseInline(line.text));
    if (kind === "paragraph") blocks.push({ kind, lines: parts });
    else if (kind !== "empty") blocks.push({ kind: "list", ordered: kind === "ordered", items: parts });
  }
  return blocks;
}

interface Line {
  readonly kind: "paragraph" | "bullets" | "ordered" | "empty";
  readonly text: string;
}

function lineOf(text: string): Line {
  const [item, ordered] = [bullet.exec(text)?.[1], number.exec(text)?.[1]];
  if (item !== undefined) return { kind: "bullets", text: item };
  if (ordered !== undefined) return { kind: "ordered", text: ordered };
  return { kind: text.trim() === "" ? "empty" : "paragraph", text };
}

/** Lines of one kind that follow each other. */
function groupsOf(lines: readonly string[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of lines.map(lineOf)) {
    const last = groups.at(-1);
    if (last?.[0]?.kind === line.kind) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** Code first: nothing means anything inside. Each pattern is bounded by the line, and what follows is looked at once. */
const forms =
  /`([^`]+)`|\[([^\][]+)\]\(([^\s()]+)\)|\*\*(?=[^\s*])(.+?)(?<=\S)\*\*(?!\*)|\*(\S(?:[^*]*[^*\s])?)\*|(?<![\w/])((?:https?:\/\/)[^\s<>"'`*]+[^\s<>"'`*.,;:!?)\]])/;

export function parseInline(line: string): Inline[] {
  return splitMentions(line).flatMap((part): Inline[] =>
    typeof part === "string" ? parseForms(part) : [{ kind: "mention", ...part }],
  );
}

function parseForms(text: string): Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (;;) {
    const match = forms.exec(rest);
    if (!match) break;
    if (match.index > 0) found.push({ kind: "text", text: rest.slice(0, match.index) });
    found.push(formOf(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") found.push({ kind: "text", text: rest });
  return found;
}

function formOf([whole, code, label, address, bold, italic, plain]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: "code", text: code };
  if (bold !== undefined) return { kind: "bold", inside: parseForms(bold) };
  if (italic !== undefined) return { kind: "italic", inside: parseForms(italic) };
  const href = safeAddress(plain ?? address ?? "");
  if (href === null) return { kind: "text", text: whole };
  return { kind: "link", href, inside: [{ kind: "text", text: plain ?? label ?? href }] };
}

/** An address that a link may lead to; null for every other scheme, and for what is no address. */
export function safeAddress(address: string): string | null {
  if (!/^(https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return ["http:", "https:", "mailto:"].includes(protocol) ? href : null;
}
