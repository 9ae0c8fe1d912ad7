import { formatDay, formatFull, formatWhen } from "@/lib/format";

/** A moment in the reader's time zone; the server's own differs, and React may keep the browser's. */
export function Time({ at, style = "when" }: { at: string; style?: "when" | "day" | "full" }) {
  const text = style === "full" ? formatFull(at) : style === "day" ? formatDay(at) : formatWhen(at);
  return (
    <time dateTime={at} title={formatFull(at)} suppressHydrationWarning>
      {text}
    </time>
  );
}
