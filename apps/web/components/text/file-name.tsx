import { cn } from "@/lib/cn";
import { splitEnding, visibleName } from "@/lib/safe-name";

/** Up to here a name is one text; a longer one may be cut, and then keeps its ending. */
const CUT_FROM = 24;

/** A name of somebody's choice on one line: it cannot change the text around it, hide its ending, or lose it where room is short. */
export function FileName({ name, className }: { name: string; className?: string }) {
  const shown = visibleName(name);
  const { stem, ending } = splitEnding(shown);
  if (shown.length <= CUT_FROM || ending === "") {
    return (
      <bdi className={cn("block min-w-0 truncate", className)} title={shown}>
        {shown}
      </bdi>
    );
  }
  return (
    <span className={cn("flex min-w-0", className)} title={shown}>
      <bdi className="truncate whitespace-pre">{stem}</bdi>
      <bdi className="shrink-0 whitespace-pre">{ending}</bdi>
    </span>
  );
}
