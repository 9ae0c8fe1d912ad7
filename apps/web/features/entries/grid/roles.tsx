import type { ComponentProps } from "react";

/*
 * The parts of a grid. They are no table: its rows lie at places of their own, as only those in view exist, and tiles are cells beside
 * each other.
 */

export function RowGroup(props: ComponentProps<"div">) {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no table, as above
  return <div role="rowgroup" {...props} />;
}

export function Row(props: ComponentProps<"div">) {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no table, as above
  return <div role="row" {...props} />;
}

export function ColumnHeader(props: ComponentProps<"div">) {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no table, as above
  return <div role="columnheader" {...props} />;
}

export function Cell(props: ComponentProps<"div">) {
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no table, as above
  return <div role="gridcell" {...props} />;
}
