import { type Mention, splitMentions, writeMention } from "@holdfast/contract/client";

/** What stands after an "@" before the caret, while a name may be meant; null elsewhere. */
export function mentionAt(text: string, caret: number): { start: number; q: string } | null {
  const match = /(?:^|[\s(])@([^\s@[\]][^@[\]\n]{0,30})?$/.exec(text.slice(0, caret));
  if (!match) return null;
  const q = match[1] ?? "";
  return { start: caret - q.length - 1, q };
}

/** The text as somebody writes it: names in place of mentions, and who is meant by them. */
export function toWritten(text: string): { text: string; people: Mention[] } {
  const parts = splitMentions(text);
  return {
    text: parts.map((part) => (typeof part === "string" ? part : `@${part.label}`)).join(""),
    people: parts.filter((part) => typeof part !== "string"),
  };
}

/** The text as it is sent: each "@name" of somebody who was picked becomes a mention, the longest name first. */
export function toSent(text: string, people: readonly Mention[]): string {
  const names = [...new Map(people.map((one) => [one.label, one])).values()].sort(
    (a, b) => b.label.length - a.label.length,
  );
  let sent = "";
  for (let at = 0; at < text.length; ) {
    const person = text[at] === "@" ? names.find(({ label }) => text.startsWith(label, at + 1)) : undefined;
    const after = person ? text[at + 1 + person.label.length] : undefined;
    if (person && (after === undefined || !/[\p{L}\p{N}]/u.test(after))) {
      sent += writeMention(person);
      at += 1 + person.label.length;
    } else {
      sent += text[at];
      at++;
    }
  }
  return sent;
}
