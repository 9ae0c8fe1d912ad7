import { Fragment, type ReactNode } from "react";

/**
 * Markdown as people write it in notes: headings, paragraphs, lists, quotes, code, rules, and inline code, bold, italic and links.
 * It makes elements, never HTML from text, and links only to the web: untrusted files can be shown.
 */
export function Markdown({ text }: { text: string }) {
  return <div className="flex flex-col gap-3 leading-6 [overflow-wrap:anywhere]">{blocksOf(text).map(block)}</div>;
}

type Block =
  | { type: "heading"; level: number; text: string }
  | { type: "paragraph" | "quote"; text: string }
  | { type: "code"; text: string }
  | { type: "list"; ordered: boolean; items: string[] }
  | { type: "rule" };

const bullet = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const starts = /^(#{1,6}\s|```|~~~|>|\s*(?:[-*+]|\d+[.)])\s|(?:-{3,}|\*{3,}|_{3,})\s*$)/;

export function blocksOf(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const take = (test: (line: string) => boolean) => {
      const from = at;
      while (at < lines.length && test(lines[at] ?? "")) at++;
      return lines.slice(from, at);
    };
    if (!line.trim()) at++;
    else if (heading) {
      blocks.push({ type: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" });
      at++;
    } else if (/^(```|~~~)/.test(line)) {
      const fence = line.slice(0, 3);
      at++;
      blocks.push({ type: "code", text: take((next) => !next.startsWith(fence)).join("\n") });
      at++;
    } else if (/^(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
      blocks.push({ type: "rule" });
      at++;
    } else if (line.startsWith(">")) {
      const quoted = take((next) => next.startsWith(">"));
      blocks.push({ type: "quote", text: quoted.map((next) => next.replace(/^>\s?/, "")).join("\n") });
    } else if (bullet.test(line)) {
      const ordered = /^\s*\d/.test(line);
      const items = take((next) => bullet.test(next)).map((next) => bullet.exec(next)?.[2] ?? "");
      blocks.push({ type: "list", ordered, items });
    } else {
      const first = at;
      blocks.push({
        type: "paragraph",
        text: take((next) => next.trim() !== "" && (at === first || !starts.test(next))).join("\n"),
      });
    }
  }
  return blocks;
}

const sizes = ["text-2xl", "text-xl", "text-lg", "text-base", "text-sm", "text-sm"];

function block(entry: Block, index: number): ReactNode {
  const key = `${entry.type}-${index}`;
  switch (entry.type) {
    case "heading":
      return (
        // Below the page's own heading, whatever the file says.
        <div
          key={key}
          role="heading"
          aria-level={Math.min(6, entry.level + 1)}
          className={`mt-2 font-semibold ${sizes[entry.level - 1]}`}
        >
          {inline(entry.text)}
        </div>
      );
    case "code":
      return (
        <pre key={key} className="overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] leading-5">
          {entry.text}
        </pre>
      );
    case "list": {
      const List = entry.ordered ? "ol" : "ul";
      return (
        <List key={key} className={`${entry.ordered ? "list-decimal" : "list-disc"} pl-6`}>
          {entry.items.map((item, at) => (
            <li key={`${key}-${at}`}>{inline(item)}</li>
          ))}
        </List>
      );
    }
    case "quote":
      return (
        <blockquote key={key} className="whitespace-pre-line border-line-strong border-l-2 pl-4 text-ink-muted">
          {inline(entry.text)}
        </blockquote>
      );
    case "rule":
      return <hr key={key} />;
    default:
      return <p key={key}>{inline(entry.text)}</p>;
  }
}

const marks = /(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(\*[^*\s][^*]*\*|\b_[^_\s][^_]*_\b)|(\[[^\]]+\]\([^)\s]+\))/;

function inline(text: string): ReactNode {
  return text.split(marks).map((part, index) => {
    const key = `${index}`;
    if (!part) return null;
    if (/^`.+`$/.test(part))
      return (
        <code key={key} className="rounded bg-sunken px-1 font-mono text-[0.85em]">
          {part.slice(1, -1)}
        </code>
      );
    if (/^(\*\*|__).+(\*\*|__)$/.test(part)) return <strong key={key}>{inline(part.slice(2, -2))}</strong>;
    const link = /^\[(.+)\]\((.+)\)$/.exec(part);
    if (link) {
      const address = link[2] ?? "";
      if (!/^https?:\/\//i.test(address)) return <Fragment key={key}>{link[1]}</Fragment>;
      return (
        <a
          key={key}
          href={address}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent-text underline underline-offset-2"
        >
          {link[1]}
        </a>
      );
    }
    if (/^[*_][^*_].*[*_]$/.test(part)) return <em key={key}>{part.slice(1, -1)}</em>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}
