import { ImageOff } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { type Block, blocksOf, type Item } from "./markdown-blocks";

/**
 * Markdown as people write it in notes. It makes elements, never HTML from text, loads nothing that the text names, and links only to the
 * web: untrusted files can be shown.
 */
export function Markdown({ text }: { text: string }) {
  return <div className="flex flex-col gap-3 leading-6 [overflow-wrap:anywhere]">{blocksOf(text).map(block)}</div>;
}

const headings = ["h2", "h3", "h4", "h5", "h6", "h6"] as const;
const sizes = ["text-2xl", "text-xl", "text-lg", "text-base", "text-sm", "text-sm"];

function block(entry: Block, index: number): ReactNode {
  const key = `${entry.type}-${index}`;
  switch (entry.type) {
    case "heading": {
      // Below the page's own heading, whatever the file says.
      const Heading = headings[entry.level - 1] ?? "h6";
      return (
        <Heading key={key} className={`mt-2 font-semibold ${sizes[entry.level - 1]}`}>
          {inline(entry.text)}
        </Heading>
      );
    }
    case "code":
      return (
        <pre key={key} className="overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] leading-5">
          {entry.text}
        </pre>
      );
    case "list": {
      const List = entry.ordered ? "ol" : "ul";
      return (
        <List
          key={key}
          start={entry.ordered ? entry.start : undefined}
          className={`${entry.ordered ? "list-decimal" : "list-disc"} pl-6`}
        >
          {entry.items.map(listItem)}
        </List>
      );
    }
    case "table":
      return (
        <div key={key} className="overflow-x-auto">
          <table className="border-collapse text-sm">
            <thead>
              <tr>{entry.head.map((cell, at) => tableCell("th", cell, entry.align[at] ?? null, at))}</tr>
            </thead>
            <tbody>
              {entry.rows.map((row, at) => (
                <tr key={`${key}-${at}`}>
                  {row.map((cell, column) => tableCell("td", cell, entry.align[column] ?? null, column))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "quote":
      return (
        <blockquote key={key} className="flex flex-col gap-2 border-line-strong border-l-2 pl-4 text-ink-muted">
          {entry.blocks.map(block)}
        </blockquote>
      );
    case "rule":
      return <hr key={key} />;
    default:
      return (
        <p key={key} className="whitespace-pre-line">
          {inline(entry.text)}
        </p>
      );
  }
}

function listItem({ text, checked, blocks }: Item, index: number): ReactNode {
  return (
    <li key={`${index}`} className={checked === null ? "" : "-ml-6 list-none"}>
      {checked === null ? (
        inline(text)
      ) : (
        <label className="flex items-baseline gap-2">
          <input type="checkbox" checked={checked} disabled className="size-3.5 shrink-0 translate-y-0.5" />
          <span>{inline(text)}</span>
        </label>
      )}
      {blocks.length > 0 && (
        <div className={`flex flex-col gap-1 ${checked === null ? "" : "pl-6"}`}>{blocks.map(block)}</div>
      )}
    </li>
  );
}

const aligned = { left: "text-left", center: "text-center", right: "text-right" };

function tableCell(Cell: "th" | "td", text: string, align: keyof typeof aligned | null, index: number): ReactNode {
  const className = `border px-3 py-1.5 align-top ${aligned[align ?? "left"]} ${Cell === "th" ? "bg-sunken font-semibold" : ""}`;
  return (
    <Cell key={`${index}`} scope={Cell === "th" ? "col" : undefined} className={className}>
      {inline(text)}
    </Cell>
  );
}

const marks =
  /(\\[\\`*_{}[\]()#+\-.!|~>])|(`[^`]+`)|(\*\*[^*]+\*\*|__[^_]+__)|(~~[^~]+~~)|(\*[^*\s][^*]*\*|\b_[^_\s][^_]*_\b)|(!?\[[^\]\n]{0,1000}\]\([^)\s]{1,2000}(?:\s+"[^"\n]{0,1000}")?\))|(<https?:\/\/[^\s<>]{1,2000}>|https?:\/\/[^\s<>()[\]]{1,2000})/;

function inline(text: string): ReactNode {
  return text.split(marks).map((part, index) => (part ? <Fragment key={`${index}`}>{mark(part)}</Fragment> : null));
}

function mark(part: string): ReactNode {
  if (/^\\[^\w\s]$/.test(part)) return part.slice(1);
  if (/^`.+`$/s.test(part))
    return <code className="rounded bg-sunken px-1 font-mono text-[0.85em]">{part.slice(1, -1)}</code>;
  if (/^(\*\*|__).+(\*\*|__)$/s.test(part)) return <strong>{inline(part.slice(2, -2))}</strong>;
  if (/^~~.+~~$/s.test(part)) return <del>{inline(part.slice(2, -2))}</del>;
  const [, picture, label = "", address = ""] = /^(!?)\[(.*)\]\(([^)\s]+).*\)$/.exec(part) ?? [];
  if (picture === "!") return <Picture label={label} address={address} />;
  if (address) return <WebLink address={address}>{inline(label)}</WebLink>;
  const bare = /^<?(https?:\/\/[^\s<>]+)>?$/.exec(part);
  if (bare) {
    // A full stop after an address ends the sentence.
    const [, url = "", after = ""] = /^(.*?)([.,;:!?]*)$/.exec(bare[1] ?? "") ?? [];
    return (
      <>
        <WebLink address={url}>{url}</WebLink>
        {after}
      </>
    );
  }
  if (/^[*_][^*_].*[*_]$|^[*_][^*_][*_]$/s.test(part)) return <em>{part.slice(1, -1)}</em>;
  return part;
}

function WebLink({ address, children }: { address: string; children: ReactNode }) {
  if (!/^https?:\/\//i.test(address)) return children;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent-text underline underline-offset-2"
    >
      {children}
    </a>
  );
}

/** Named and never loaded: whoever wrote the file would learn who reads it, and when. */
function Picture({ label, address }: { label: string; address: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 rounded border bg-sunken px-1.5 text-ink-muted text-sm">
      <ImageOff aria-hidden="true" className="size-4 shrink-0" />
      <WebLink address={address}>{label || address}</WebLink>
    </span>
  );
}
