import { type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";

type RowsTableProps = {
  title: string;
  body: string;
  /** Names of the columns; all but the first are numbers. */
  columns: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
  empty: string;
};

/** A table in a card, which scrolls to the side where it is wider than the window. */
export function RowsTable({ title, body, columns, rows, empty }: RowsTableProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="min-w-0 rounded-xl border bg-surface">
      <div className="px-4 pt-4 pb-2">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        <p className="text-[0.8125rem] text-ink-muted">{rows.length === 0 ? empty : body}</p>
      </div>
      {rows.length > 0 && (
        <div
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a fieldset is for fields
          role="group"
          aria-labelledby={heading}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keys
          tabIndex={0}
          className="max-h-96 overflow-auto focus-visible:-outline-offset-2"
        >
          <table className="w-full text-[0.8125rem] tabular-nums">
            <thead className="sticky top-0 bg-surface text-ink-muted text-xs">
              <tr>
                {columns.map((column, index) => (
                  <th key={column} scope="col" className={cell(index, "font-medium")}>
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells }) => (
                <tr key={key} className="border-t">
                  {cells.map((content, index) =>
                    index === 0 ? (
                      <th key={columns[index]} scope="row" className={cell(index, "font-medium")}>
                        {content}
                      </th>
                    ) : (
                      <td key={columns[index]} className={cell(index)}>
                        {content}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function cell(index: number, more = ""): string {
  return cn("whitespace-nowrap py-2", index === 0 ? "px-4 text-left" : "px-3 text-right last:pr-4", more);
}
