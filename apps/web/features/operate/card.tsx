import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

/** A part of a page in a frame, with its heading. */
export function Card({ title, body, children }: { title: string; body: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="min-w-0 rounded-xl border bg-surface">
      <div className="px-4 pt-4 pb-2">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        <p className="text-[0.8125rem] text-ink-muted">{body}</p>
      </div>
      {children}
    </section>
  );
}

/** What may be wider, or higher, than there is room for. */
export function Scrolls({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a fieldset is for fields
      role="group"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
      tabIndex={0}
      className={cn("overflow-auto focus-visible:-outline-offset-2", className)}
    >
      {children}
    </div>
  );
}
