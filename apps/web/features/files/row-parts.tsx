import { Time } from "@/components/time";
import { cn } from "@/lib/cn";

/** Box, name, kind, time, size, and what can be done; on a phone without time and size, and the kind only where it is wide. */
export const columns =
  "grid-cols-[2.75rem_minmax(0,1fr)_2.75rem] md:grid-cols-[2.75rem_minmax(0,1fr)_9rem_6.5rem_2.75rem] xl:grid-cols-[2.75rem_minmax(0,1fr)_10rem_9rem_6.5rem_2.75rem]";

export function rowClass(selected: boolean): string {
  return cn(
    "group/entry grid h-full select-none items-center border-b pr-1 -outline-offset-2 group-focus-visible/grid:data-active:outline-2 group-focus-visible/grid:data-active:outline-accent",
    columns,
    selected ? "bg-selected" : "hover:bg-hover/60",
  );
}

/** `size` in words; empty for a folder. */
type Facts = { lastModified: string; size: string };

/** Beneath the name, where there is no room for columns. */
export function FactsBelow({ lastModified, size }: Facts) {
  return (
    <div className="truncate text-ink-muted text-xs md:hidden">
      {size && `${size} · `}
      <Time at={lastModified} />
    </div>
  );
}

export function FactCells({ lastModified, size, kind }: Facts & { kind: string }) {
  return (
    <>
      <div role="gridcell" className="hidden truncate pr-2 text-ink-muted xl:block">
        {kind}
      </div>
      <div role="gridcell" className="hidden truncate text-ink-muted tabular-nums md:block">
        <Time at={lastModified} />
      </div>
      <div role="gridcell" className="hidden truncate pr-4 text-right text-ink-muted tabular-nums md:block">
        {size || "–"}
      </div>
    </>
  );
}
