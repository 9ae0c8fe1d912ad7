import { splitMentions } from "@holdfast/contract";

/** How a comment begins, in one line and without marks of Markdown: for notifications and emails. */
export function plainComment(text: string, length: number): string {
  const named = splitMentions(text)
    .map((part) => (typeof part === "string" ? part : `@${part.label}`))
    .join("");
  const plain = named
    .replace(/\[([^\]\n]+)\]\((?:https?:|mailto:)[^\s)]+\)/g, "$1")
    .replace(/\*\*(\S[^*\n]*)\*\*|\*(\S[^*\n]*)\*|`([^`\n]+)`/g, (_all, bold, italic, code) => bold ?? italic ?? code)
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...plain];
  return characters.length <= length
    ? plain
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}
