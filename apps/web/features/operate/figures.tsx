import type { ReactNode } from "react";

/** A number with what it is, and a word on it. */
export function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-xl border p-4">
      <dt className="text-[0.8125rem] text-ink-muted">{label}</dt>
      <dd className="mt-0.5 truncate font-semibold text-lg tabular-nums">{value}</dd>
      {note && <dd className="text-[0.8125rem] text-ink-muted">{note}</dd>}
    </div>
  );
}

/** A part of a page with its heading. */
export function Part({ title, body, children }: { title: string; body?: ReactNode; children?: ReactNode }) {
  return (
    <section className="min-w-0">
      <h2 className="font-semibold text-[0.9375rem]">{title}</h2>
      {body && <p className="max-w-2xl text-ink-muted">{body}</p>}
      {children && <div className="mt-3">{children}</div>}
    </section>
  );
}

/** Rows of figures; the first column is what they are of. Scrolls sideways by itself where the window is narrow. */
export function Figures({
  head,
  rows,
  label,
}: {
  label: string;
  head: readonly string[];
  rows: readonly (readonly ReactNode[])[];
}) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
    <section className="overflow-x-auto rounded-xl border" aria-label={label} tabIndex={0}>
      <table className="w-full text-left">
        <thead>
          <tr className="border-b text-[0.8125rem] text-ink-muted">
            {head.map((name, at) => (
              <th key={name} scope="col" className={cell(at)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y tabular-nums">
          {rows.map((row, nth) => (
            <tr key={`row-${nth}`}>
              {row.map((value, at) => (
                <td key={head[at]} className={cell(at)}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const cell = (at: number) => `px-3.5 py-2 font-normal ${at === 0 ? "" : "whitespace-nowrap text-right"}`;
