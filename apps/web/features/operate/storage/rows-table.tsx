import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Card, Scrolls } from "../card";

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
  return (
    <Card title={title} body={rows.length === 0 ? empty : body}>
      {rows.length > 0 && (
        <Scrolls label={title} className="max-h-96">
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
        </Scrolls>
      )}
    </Card>
  );
}

function cell(index: number, more = ""): string {
  return cn("whitespace-nowrap py-2", index === 0 ? "px-4 text-left" : "px-3 text-right last:pr-4", more);
}
