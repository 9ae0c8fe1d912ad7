import type { Queryable } from "../../../platform/database/database.ts";
import { type Statement, StatementFamily } from "../../../platform/database/statement.ts";

/**
 * Statements whose parts take different values: each part names its values (`:name`), and the statement numbers them. What is given by a name
 * that a variant does not have is left out.
 */
export class NamedFamily<Variant, Given extends object, Row> extends StatementFamily<Variant, unknown[], Row> {
  readonly #build: (variant: Variant) => string;
  readonly #made = new Map<string, { statement: Statement<unknown[], Row>; names: readonly string[] }>();

  constructor(variants: readonly Variant[], build: (variant: Variant) => string) {
    super(variants, (variant) => ({ text: numbered(build(variant)).text }));
    this.#build = build;
  }

  all(db: Queryable, variant: Variant, given: Given): Promise<Row[]> {
    const key = JSON.stringify(variant);
    let made = this.#made.get(key);
    if (!made)
      this.#made.set(key, (made = { statement: this.of(variant), names: numbered(this.#build(variant)).names }));
    return made.statement.all(db, ...made.names.map((name) => given[name as keyof Given]));
  }
}

/** `:name` becomes `$1` and so on, one number for each name; a cast is `::type`. */
function numbered(text: string): { text: string; names: string[] } {
  const names: string[] = [];
  const withNumbers = text.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text: withNumbers, names };
}
