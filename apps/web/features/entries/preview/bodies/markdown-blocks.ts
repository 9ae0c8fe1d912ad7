export type Align = "left" | "center" | "right" | null;
export type Item = { text: string; checked: boolean | null; blocks: Block[] };
export type Block =
  | { type: "heading"; level: number; text: string }
  | { type: "paragraph"; text: string }
  | { type: "quote"; blocks: Block[] }
  | { type: "code"; text: string }
  | { type: "list"; ordered: boolean; start: number; items: Item[] }
  | { type: "table"; align: Align[]; head: string[]; rows: string[][] }
  | { type: "rule" };

const bullet = /^(\s*)(?:[-*+]|(\d{1,9})[.)])(\s+)(.*)$/;
const fence = /^\s{0,3}(`{3,}|~{3,})/;
const rule = /^\s{0,3}(?:-\s*){3,}$|^\s{0,3}(?:\*\s*){3,}$|^\s{0,3}(?:_\s*){3,}$/;
const heading = /^\s{0,3}(#{1,6})\s+(.*)$/;
/** Deeper than people write; below it, lists and quotes are text. */
const deepest = 12;

/** The blocks of Markdown as people write it in notes. Ends for every text, and throws for none. */
export function blocksOf(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const line = () => lines[at] ?? "";
  const take = (test: (line: string) => boolean) => {
    const from = at;
    while (at < lines.length && test(line())) at++;
    return lines.slice(from, at);
  };
  const starts = (next: string) =>
    heading.test(next) || fence.test(next) || rule.test(next) || /^\s{0,3}>/.test(next) || bullet.test(next);
  while (at < lines.length) {
    const title = heading.exec(line());
    const opened = fence.exec(line());
    if (!line().trim()) at++;
    else if (title) {
      blocks.push({
        type: "heading",
        level: title[1]?.length ?? 1,
        text: (title[2] ?? "")
          .trimEnd()
          .replace(/(^|\s)#+$/, "")
          .trimEnd(),
      });
      at++;
    } else if (opened) {
      at++;
      blocks.push({ type: "code", text: take((next) => !next.trimStart().startsWith(opened[1] ?? "")).join("\n") });
      at++;
    } else if (rule.test(line())) {
      blocks.push({ type: "rule" });
      at++;
    } else if (/^\s{0,3}>/.test(line()) && depth < deepest) {
      const quoted = take((next) => /^\s{0,3}>/.test(next)).map((next) => next.replace(/^\s{0,3}>\s?/, ""));
      blocks.push({ type: "quote", blocks: blocksOf(quoted.join("\n"), depth + 1) });
    } else if (bullet.test(line()) && depth < deepest) blocks.push(listAt());
    else if (isTable(line(), lines[at + 1] ?? "")) {
      const head = cellsOf(line());
      const align = cellsOf(lines[at + 1] ?? "").map(alignOf);
      at += 2;
      const rows = take((next) => next.trim() !== "" && !starts(next)).map((row) => {
        const cells = cellsOf(row);
        return head.map((_, index) => cells[index] ?? "");
      });
      blocks.push({ type: "table", align, head, rows });
    } else {
      const first = at;
      const text = take((next) => next.trim() !== "" && (at === first || !starts(next)));
      blocks.push({ type: "paragraph", text: text.map((next) => next.trim()).join("\n") });
    }
  }
  return blocks;

  function listAt(): Block {
    const [, indent = "", number] = bullet.exec(line()) ?? [];
    const ordered = number !== undefined;
    const items: Item[] = [];
    for (;;) {
      const found = bullet.exec(line());
      if (!found || (found[1] ?? "").length > indent.length + 1 || (found[2] !== undefined) !== ordered) break;
      if (rule.test(line())) break;
      const inside = found[0].length - (found[4] ?? "").length;
      at++;
      const rest = take((next) =>
        next.trim() === "" ? isInside(lines[at + 1], inside) : isPart(next, indent, starts),
      );
      items.push(
        itemOf(
          found[4] ?? "",
          rest.map((next) => next.slice(Math.min(inside, indentOf(next)))),
          depth,
        ),
      );
      // Blank lines between the items of one list.
      let next = at;
      while (next < lines.length && lines[next]?.trim() === "") next++;
      if (bullet.test(lines[next] ?? "") && indentOf(lines[next] ?? "") <= indent.length) at = next;
    }
    return { type: "list", ordered, start: Number(number ?? 1), items };
  }
}

const indentOf = (line: string) => line.length - line.trimStart().length;
const isInside = (line: string | undefined, indent: number) => line?.trim() !== "" && indentOf(line ?? "") >= indent;

/** Deeper lines belong to the item; so does text that goes on without an indent. */
function isPart(line: string, indent: string, starts: (line: string) => boolean): boolean {
  return indentOf(line) >= indent.length + 2 || !starts(line);
}

function itemOf(first: string, rest: string[], depth: number): Item {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(first);
  const blocks = blocksOf([task?.[2] ?? first, ...rest].join("\n"), depth + 1);
  const [own] = blocks;
  const text = own?.type === "paragraph" ? own.text : "";
  const checked = task ? task[1] !== " " : null;
  return { text, checked, blocks: own?.type === "paragraph" ? blocks.slice(1) : blocks };
}

function isTable(head: string, next: string): boolean {
  if (!head.includes("|") || !next.includes("-")) return false;
  const under = cellsOf(next);
  return under.length === cellsOf(head).length && under.every((cell) => /^:?-+:?$/.test(cell));
}

/** What stands between the bars; `\|` is a bar of the text. */
function cellsOf(line: string): string[] {
  const cells = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(^|[^\\])\|$/, "$1")
    .split(/(?<!\\)\|/);
  return cells.map((cell) => cell.replaceAll("\\|", "|").trim());
}

function alignOf(cell: string): Align {
  const [left, right] = [cell.startsWith(":"), cell.endsWith(":")];
  return left && right ? "center" : right ? "right" : left ? "left" : null;
}
