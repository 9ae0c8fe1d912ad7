import type { ReactNode } from "react";

export function PageHeader({ title, body, children }: { title: string; body?: ReactNode; children?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b px-4 py-4 sm:px-6">
      <title>{`${title} · Holdfast`}</title>
      <div className="min-w-0">
        <h1 className="font-semibold text-lg leading-7">{title}</h1>
        {body && <p className="text-ink-muted">{body}</p>}
      </div>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </header>
  );
}
