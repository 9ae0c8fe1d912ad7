import type { VirtualItem } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Cell, Row } from "./roles";

type RowsProps = {
  rows: readonly VirtualItem[];
  /** Null for an entry that has not been read. */
  draw: (index: number) => ReactNode;
};

const placed = "absolute inset-x-0 top-0 will-change-transform has-aria-invalid:z-20";
const placeOf = (row: VirtualItem, top: number) => ({
  height: row.size,
  transform: `translateY(${row.start - top}px)`,
});

/** Entries below each other: each is a row. */
export function ListRows({ rows, top, draw }: RowsProps & { top: number }) {
  return rows.map((row) => (
    <div key={row.key} role="presentation" className={placed} style={placeOf(row, top)}>
      {draw(row.index) ?? <WaitingRow />}
    </div>
  ));
}

/** Rows of entries beside each other: each entry is a cell. */
export function TileRows({ rows, columns, waiting, draw }: RowsProps & { columns: number; waiting: boolean }) {
  const t = useTranslations("files");
  return rows.map((row) => (
    <Row
      key={row.key}
      aria-rowindex={row.index + 1}
      className={cn(placed, "grid gap-3 pb-3")}
      style={{ ...placeOf(row, 0), gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {Array.from({ length: columns }, (_, column) => row.index * columns + column).map(
        (index) =>
          draw(index) ?? (waiting && <Cell key={index} aria-label={t("loading")} className="skeleton rounded-xl" />),
      )}
    </Row>
  ));
}

function WaitingRow() {
  const t = useTranslations("files");
  return (
    <Row className="flex h-full items-center gap-3 border-b pl-14">
      <Cell aria-label={t("loading")} className="flex w-full items-center gap-3">
        <div className="skeleton size-6" />
        <div className="skeleton h-3 w-2/5" />
      </Cell>
    </Row>
  );
}
