import { formatDay, formatFull, formatRange, formatWhen } from "@/lib/format";

/** A moment in the reader's time zone; the server's own differs, and React may keep the browser's. */
export function Time({ at, style = "when" }: { at: string; style?: "when" | "day" | "full" }) {
  const text = style === "full" ? formatFull(at) : style === "day" ? formatDay(at) : formatWhen(at);
  return (
    <time dateTime={at} title={formatFull(at)} suppressHydrationWarning>
      {text}
    </time>
  );
}

/** What happened several times: from the first to the last, in full. */
export function TimeRange({ from, to }: { from: string; to: string }) {
  return (
    <time dateTime={to} suppressHydrationWarning>
      {formatRange(from, to)}
    </time>
  );
}
