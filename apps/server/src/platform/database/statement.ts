import { hash } from "node:crypto";
import pg from "pg";
import type { Queryable, Tx } from "./database.ts";

export interface StatementOptions {
  /** Nullable columns that the statement's own condition keeps from being null, so that `Row` need not say it. */
  readonly notNull?: readonly string[];
  /** Rows are arrays of the texts that PostgreSQL sends, which costs least to read: `Row` is a tuple of strings, and is not compared. */
  readonly rowsAsText?: true;
  /** Planned for its values each time: for statements whose best way is another one for other values, so that one plan for all would be slow for some. */
  readonly planForValues?: true;
}

/**
 * Runs of a statement in this process after which its text is sent once per connection and from then on its name alone. PostgreSQL then parses it
 * once, and plans it once where plans for particular values have proved no better: of a small statement that is most of the work. What runs
 * rarely would only take memory in each connection.
 */
const RUNS_BEFORE_PREPARED = 20;

const texts: pg.CustomTypesConfig = {
  getTypeParser: (() => (text: string) => text) as pg.CustomTypesConfig["getTypeParser"],
};

/**
 * SQL text with the types of its parameters and rows. Lives in a `*.queries.ts` as an exported constant: `npm run check` prepares each
 * against the migrated schema and refuses one that PostgreSQL does, or whose `Row` or `Values` differ from what PostgreSQL describes.
 */
export class Statement<Values extends readonly unknown[], Row> {
  readonly text: string;
  readonly options: StatementOptions;
  #runs = 0;
  #name: string | undefined;

  constructor(text: string, options: StatementOptions = {}) {
    this.text = text;
    this.options = options;
  }

  /** All rows, in the statement's order. */
  async all(db: Queryable, ...values: Values): Promise<Row[]> {
    return (await this.#run(db, values)).rows as Row[];
  }

  /** The first row; undefined where there is none. */
  async first(db: Queryable, ...values: Values): Promise<Row | undefined> {
    return (await this.#run(db, values)).rows[0] as Row | undefined;
  }

  /** How many rows it changed, or found. */
  async count(db: Queryable, ...values: Values): Promise<number> {
    return (await this.#run(db, values)).rowCount ?? 0;
  }

  /** Tells each row as it arrives, and keeps none: for lists that are not to be in memory at once. In a transaction alone. */
  each(tx: Tx, onRow: (row: Row) => void, ...values: Values): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let failure: Error | null = null;
      const query = new pg.Query(this.text, [...values]);
      query.on("row", (row: object) => {
        try {
          if (failure === null) onRow(row as Row);
        } catch (error) {
          failure = error as Error;
        }
      });
      query.once("error", reject);
      query.once("end", () => (failure === null ? resolve() : reject(failure)));
      void tx.query(query as unknown as pg.QueryConfig);
    });
  }

  #run(db: Queryable, values: Values): Promise<pg.QueryResult> {
    const { text, options } = this;
    const name = this.#preparedName();
    return db.query({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
      ...(options.rowsAsText ? { rowMode: "array", types: texts } : {}),
    } as pg.QueryConfig);
  }

  /** Made of the text, so that behind a pooler the same name is the same statement for every process. */
  #preparedName(): string | undefined {
    if (this.options.planForValues || this.#name !== undefined || ++this.#runs < RUNS_BEFORE_PREPARED)
      return this.#name;
    this.#name = hash("sha256", this.text).slice(0, 32);
    return this.#name;
  }
}

/**
 * `Values`: a tuple, named after what `$1`, `$2` … mean. `Row`: what one row is; leave it out where nothing is returned.
 */
export function statement<Values extends readonly unknown[] = [], Row = never>(
  text: string,
  options?: StatementOptions,
): Statement<Values, Row> {
  return new Statement(text, options);
}

export interface VariantText extends StatementOptions {
  readonly text: string;
}

/**
 * A statement whose text depends on a choice (the order of a list, a condition more). `variants` are all choices there are, so that
 * each can be checked; `of` gives the statement of one, made once.
 */
export class StatementFamily<Variant, Values extends readonly unknown[], Row> {
  readonly variants: readonly Variant[];
  readonly #build: (variant: Variant) => VariantText;
  readonly #made = new Map<string, Statement<Values, Row>>();

  constructor(variants: readonly Variant[], build: (variant: Variant) => VariantText) {
    this.variants = variants;
    this.#build = build;
  }

  of(variant: Variant): Statement<Values, Row> {
    const { text, ...options } = this.#build(variant);
    let made = this.#made.get(text);
    if (!made) this.#made.set(text, (made = new Statement(text, options)));
    return made;
  }
}

/** See `StatementFamily`. */
export function statementFamily<Variant, Values extends readonly unknown[] = [], Row = never>(
  variants: readonly Variant[],
  build: (variant: Variant) => VariantText,
): StatementFamily<Variant, Values, Row> {
  return new StatementFamily(variants, build);
}
