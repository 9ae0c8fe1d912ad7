import type { Queryable } from "../../../platform/database/database.ts";
import { maySee } from "../../access/index.ts";
import { viewColumns } from "../files.queries.ts";
import { order, type Typed } from "./conditions.ts";
import { NamedFamily } from "./named-family.ts";
import type { Found, FoundRow, Position } from "./wanted.ts";

/** What a statement finds, before each row of a page is judged by itself. */
export interface Finding {
  /**
   * A select with `words` and `file_id`, `hit` (it is wanted), `every` (all words are in the name) and `tier`. Its `w` is a row of
   * `holdfast.file_words`.
   */
  found: string;
  /** Whether words may be in the names of folders above. */
  above: boolean;
  /** A select of the row of `found` that was read last, where more may follow. */
  end?: string;
}

/** What the text of every finding depends on. */
export interface PageShape {
  /** Whether the page begins after another. */
  after: boolean;
}

type Given = Typed & { spaces: readonly string[]; principal: string; limit: number };
interface AfterGiven {
  afterTier: number | undefined;
  afterWords: string | undefined;
  afterId: string | undefined;
}

type Read = FoundRow & { read: number; matching: number; starting: number; last_words: string; last_id: string };

/** Live, and where words may be above: every word in the name or in the folders above that the principal sees. No pattern reaches over two spaces. */
const judgedByName = "holdfast.is_live(f.id)";
const judgedAbove = "(p.words || holdfast.words_above_seen(f.id, :principal::uuid)) like all(:inside::text[])";

/**
 * Pages among what is found, in order, each row judged by itself until there are enough. Their rows begin with what was read; one without
 * an id says nothing else.
 */
export function pages<Shape extends PageShape, More extends object>(
  shapes: readonly Shape[],
  finding: (shape: Shape) => Finding,
): NamedFamily<Shape, Given & AfterGiven & More, Read> {
  return new NamedFamily(shapes, (shape) => {
    const { found, above, end = "select null::text as words, null::uuid as file_id" } = finding(shape);
    const later = shape.after
      ? `and (w.tier, w.words ${order}, w.file_id) > (:afterTier::int, :afterWords::text ${order}, :afterId::uuid)`
      : "";
    return `with found as materialized (${found}), page as materialized (
       select p.* from (select w.* from found w where w.hit ${later} order by w.tier, w.words ${order}, w.file_id) p,
       lateral (
         select from (select * from holdfast.files f where f.id = p.file_id offset 0) f
         where ${above ? judgedAbove : judgedByName} and ${maySee("f.id", ":principal::uuid")} offset 0
       ) live
       limit :limit)
     select e.*, p.words, p.tier, ${viewColumns}, holdfast.path_seen(f.id, :principal::uuid) as file_path
     from (select (select count(*)::int from found) as read, (select count(*)::int from found where every) as matching,
       (select count(*)::int from found where tier < 5) as starting,
       l.words as last_words, l.file_id as last_id from (select) one left join lateral (${end}) l on true) e
     left join page p on true left join holdfast.files f on f.id = p.file_id
     order by p.tier, p.words ${order}, p.file_id`;
  });
}

/** Runs one of `pages`. */
export async function readPage<Shape extends PageShape, More extends object>(
  family: NamedFamily<Shape, Given & AfterGiven & More, Read>,
  db: Queryable,
  shape: Shape,
  { after, ...given }: Given & More & { after: Position | null },
): Promise<Found> {
  const position = { afterTier: after?.tier, afterWords: after?.words, afterId: after?.id };
  const rows = await family.all(db, shape, { ...given, ...position } as unknown as Given & AfterGiven & More);
  const first = rows[0];
  return {
    rows: rows.filter((row) => row.id !== null),
    read: first?.read ?? 0,
    matching: first?.matching ?? 0,
    starting: first?.starting ?? 0,
    last: first?.last_id ? { words: first.last_words, id: first.last_id } : null,
  };
}
