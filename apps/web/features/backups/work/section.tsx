import { type ReactNode, useId } from "react";

/** A part of a backups page under its own heading, with what can be done at its right. */
export function Section({
  anchor,
  title,
  body,
  action,
  children,
}: {
  /** The id that addresses name it by. */
  anchor?: string;
  title: string;
  body?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id} className="mt-9 scroll-mt-4">
      <div className="mb-3 flex flex-wrap items-end justify-between gap-x-6 gap-y-2 px-1">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold text-[0.9375rem]">
            {title}
          </h2>
          {body && <p className="text-ink-muted">{body}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
