import type { Comment } from "@holdfast/contract";
import { Fragment, type ReactNode } from "react";
import { visibleName } from "@/lib/safe-name";
import { type Block, type Inline, parseComment } from "./markdown";

/** A comment, drawn from its parts: nothing in it becomes HTML by itself. */
export function CommentText({ comment }: { comment: Pick<Comment, "text" | "mentions"> }) {
  const names = new Map(comment.mentions.map(({ id, name }) => [id, name]));
  return (
    <div className="space-y-2 [overflow-wrap:anywhere]">
      {parseComment(comment.text).map((block, index) => (
        <BlockView key={`block-${index}`} block={block} names={names} />
      ))}
    </div>
  );
}

type Names = ReadonlyMap<string, string>;

function BlockView({ block, names }: { block: Block; names: Names }) {
  if (block.kind === "paragraph") {
    return (
      <p>
        {block.lines.map((line, index) => (
          <Fragment key={`line-${index}`}>
            {index > 0 && <br />}
            {drawn(line, names)}
          </Fragment>
        ))}
      </p>
    );
  }
  const List = block.ordered ? "ol" : "ul";
  return (
    <List className={`space-y-0.5 pl-5 ${block.ordered ? "list-decimal" : "list-disc"}`}>
      {block.items.map((item, index) => (
        <li key={`item-${index}`}>{drawn(item, names)}</li>
      ))}
    </List>
  );
}

function drawn(parts: readonly Inline[], names: Names): ReactNode {
  return parts.map((part, index) => <InlineView key={`part-${index}`} part={part} names={names} />);
}

function InlineView({ part, names }: { part: Inline; names: Names }): ReactNode {
  switch (part.kind) {
    case "text":
      return visibleName(part.text);
    case "code":
      return <code className="rounded bg-sunken px-1 font-mono text-[0.8125rem]">{visibleName(part.text)}</code>;
    case "bold":
      return <strong className="font-semibold">{drawn(part.inside, names)}</strong>;
    case "italic":
      return <em>{drawn(part.inside, names)}</em>;
    case "link":
      return (
        <a
          href={part.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          title={part.href}
          className="text-accent-text underline underline-offset-2 hover:no-underline"
        >
          {drawn(part.inside, names)}
        </a>
      );
    case "mention": {
      // A label alone could name anybody.
      const name = names.get(part.id);
      if (name === undefined) return `@${visibleName(part.label)}`;
      return <span className="rounded bg-accent-soft px-1 font-medium text-accent-text">@{visibleName(name)}</span>;
    }
  }
}
