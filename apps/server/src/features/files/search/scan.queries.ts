import type { Queryable } from "../../../platform/database/database.ts";
import { ending, inName, ofKind, ofTier, order, typedOf } from "./conditions.ts";
import { pages, readPage } from "./page.queries.ts";
import type { Found, Position, Tier, Wanted } from "./wanted.ts";
import { rangesOf, type Word } from "./words.ts";

interface Shape {
  tier: Tier;
  after: boolean;
  /** One range of one space is read as it stands in the index; several are merged. */
  ranges: "one" | "several";
}

interface Ranges {
  space: string | undefined;
  low: string | undefined;
  below: string | undefined;
  lows: string[];
  belows: string[];
  budget: number;
  /** The row that is the last of a full budget. */
  full: number;
}

const shapes: Shape[] = ([1, 2, 3, 4, 5, 6, 7] as const).flatMap((tier) =>
  [true, false].flatMap((after) => (["one", "several"] as const).map((ranges) => ({ tier, after, ranges }))),
);

/** A name that begins with something stands in its range, and nothing else has to be read. */
const hasRange = (tier: Tier): boolean => tier === 1 || tier === 2 || tier === 6;

/** Up to `budget` names of a range, in the index's order. */
function namesOf({ tier, after }: Shape, space: string, low: string, below: string): string {
  const conditions = [
    `w.space_id = ${space}`,
    ...(after ? [`(w.words ${order}, w.file_id) > (:afterWords::text ${order}, :afterId::uuid)`] : []),
    ...(hasRange(tier) ? [`w.words >= ${low} ${order}`, `w.words < ${below} ${order}`] : []),
    ...(tier === 3 ? [ending] : []),
  ];
  return `select w.words, w.file_id, w.sort from holdfast.file_words w where ${conditions.join(" and ")}
      order by w.words ${order}, w.file_id limit :budget`;
}

function merged(shape: Shape): string {
  if (shape.ranges === "one") return namesOf(shape, ":space::uuid", ":low::text", ":below::text");
  const ranges = hasRange(shape.tier) ? "cross join unnest(:lows::text[], :belows::text[]) r (low, below)" : "";
  return `select u.words, u.file_id, u.sort from (
      select distinct x.words, x.file_id, x.sort from unnest(:spaces::uuid[]) s (space_id) ${ranges}
      cross join lateral (${namesOf(shape, "s.space_id", "r.low", "r.below")}) x) u
    order by u.words ${order}, u.file_id limit :budget`;
}

export const scanNames = pages<Shape, Ranges>(shapes, (shape) => ({
  found: `select s.*, (${ofTier(shape.tier)} and ${ofKind}) as hit, ${shape.tier} as tier, (${inName} and ${ofKind}) as every
    from (${merged(shape)}) s, lateral (select s.words, s.sort) w`,
  above: shape.tier > 5,
  end: "select words, file_id from found offset :full limit 1",
}));

export interface ScanOptions {
  tier: Tier;
  after: Position | null;
  limit: number;
  budget: number;
  required: readonly Word[];
}

/** Reads up to `budget` names in natural order and keeps those of the tier: fast where hits are common. */
export function scan(db: Queryable, wanted: Wanted, options: ScanOptions): Promise<Found> {
  const { tier, budget, limit, required } = options;
  const { spaces, principalId: principal } = wanted;
  const after = options.after?.tier === tier ? options.after : null;
  const beginnings = tier === 1 ? [wanted.prefix] : wanted.words.map((word) => word.atStart.slice(1, -1));
  const ranges = hasRange(tier) ? beginnings.flatMap(rangesOf) : [];
  const several = spaces.length > 1 || ranges.length > 1;
  const shape: Shape = { tier, after: after !== null, ranges: several ? "several" : "one" };
  return readPage(scanNames, db, shape, {
    ...typedOf(wanted, required),
    ...{ principal, spaces, limit, after, budget, full: budget - 1 },
    ...{ space: spaces[0], low: ranges[0]?.from, below: ranges[0]?.below },
    ...{ lows: ranges.map(({ from }) => from), belows: ranges.map(({ below }) => below) },
  });
}
