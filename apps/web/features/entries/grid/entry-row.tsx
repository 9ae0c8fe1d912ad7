import type { ComponentProps, ReactNode } from "react";
import { Time } from "@/components/text/time";
import { cn } from "@/lib/cn";
import { SelectBox } from "./entry-buttons";
import { columns } from "./grid-header";
import { Cell, Row } from "./roles";

type EntryRowProps = Omit<ComponentProps<"div">, "role"> & {
  id: string;
  index: number;
  name: string;
  selected: boolean;
  active: boolean;
  onToggle: () => void;
  /** Before the name. */
  picture: ReactNode;
  /** In words. */
  kind: string;
  lastModified: string;
  /** In words; empty for a folder. */
  size: string;
  /** The name, and `FactsBelow` it. */
  children: ReactNode;
  /** The button at the end. */
  end: ReactNode;
};

/** An entry of a list; what is in it is given, what it does is the grid's. */
export function EntryRow(props: EntryRowProps) {
  const { index, name, selected, active, onToggle, picture, kind, lastModified, size, children, end, ...rest } = props;
  return (
    <Row
      {...rest}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-active={active || undefined}
      className={cn(
        "group/entry grid h-full select-none items-center border-b pr-1 -outline-offset-2 group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
        columns,
        selected ? "bg-selected" : "hover:bg-hover/60",
        rest.className,
      )}
    >
      <Cell className="flex justify-center">
        <SelectBox name={name} selected={selected} onToggle={onToggle} />
      </Cell>
      <Cell className="flex min-w-0 items-center gap-3 md:pr-4">
        {picture}
        {children}
      </Cell>
      <Cell className="hidden truncate pr-2 text-ink-muted xl:block">{kind}</Cell>
      <Cell className="hidden truncate text-ink-muted tabular-nums md:block">
        <Time at={lastModified} />
      </Cell>
      <Cell className="hidden truncate pr-4 text-right text-ink-muted tabular-nums md:block">{size || "–"}</Cell>
      <Cell>{end}</Cell>
    </Row>
  );
}

/** Beneath the name, where there is no room for columns. */
export function FactsBelow({ lastModified, size }: { lastModified: string; size: string }) {
  return (
    <div className="truncate text-ink-muted text-xs md:hidden">
      {size && `${size} · `}
      <Time at={lastModified} />
    </div>
  );
}
