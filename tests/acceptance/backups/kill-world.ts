import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Backup, deleteFile } from "../../../packages/contract/src/index.ts";
import { runningPostgresUrl } from "../../../packages/postgres/src/index.ts";
import { kill, type Victim } from "../../crash/support/process-tree.ts";
import type { Random } from "../../crash/support/random.ts";
import { type Person, signIn } from "../../support/person.ts";
import type { Product } from "../../support/product.ts";
import { enqueueScrub } from "../../support/scrub.ts";
import { readEverything } from "./drill.ts";
import { backUp, flipBit, restic, sha256, type Tree } from "./support.ts";

/** The product under kills, with an outside record of every byte that was acknowledged. */
export class World {
  product: Product;
  ann: Person;
  readonly random: Random;
  /** What Ann's files must be, by path. */
  readonly expected: Tree = new Map();
  readonly ids = new Map<string, string>();
  /** Backups that nobody has deleted, with what is in them. */
  readonly backups: { id: string; snapshotId: string; tree: Tree }[] = [];
  readonly notes: string[] = [];

  constructor(product: Product, ann: Person, random: Random) {
    this.product = product;
    this.ann = ann;
    this.random = random;
  }

  async put(name: string, size: number): Promise<void> {
    const bytes = this.random.bytes(size);
    const { id } = await this.ann.put(name, bytes, { onConflict: "replace" });
    this.expected.set(name, sha256(bytes));
    this.ids.set(name, id);
  }

  async remove(name: string): Promise<void> {
    const id = this.ids.get(name) as string;
    await this.ann.call(deleteFile, { params: { id }, query: { permanent: "true" } });
    this.expected.delete(name);
    this.ids.delete(name);
  }

  async backUp(): Promise<Backup> {
    const backup = await backUp(this.ann);
    this.backups.push({ id: backup.id, snapshotId: backup.snapshotId as string, tree: new Map(this.expected) });
    return backup;
  }

  /** At a random instant after work has begun, and back in service again. `look` is asked, for the record, what was going on. */
  async kill(what: string, look: () => Promise<string>): Promise<void> {
    for (const end = performance.now() + 10_000; performance.now() < end; await sleep(5)) {
      if (!(await look()).startsWith("queued")) break;
    }
    await sleep(this.random.below(500));
    const state = await look().catch((error: Error) => error.message);
    const victim: Victim = this.random.pick(["everything", "everything", "worker", "postgres"] as const);
    if (kill(this.product.pid, victim) === 0) throw new Error(`There was no ${victim} to kill.`);
    this.notes.push(`${what} (${state}): ${victim}`);
    if (victim === "everything") this.product = await this.product.restart();
    for (const end = performance.now() + 60_000; ; await sleep(50)) {
      try {
        this.ann = await signIn(this.product.url, this.ann.email);
        await this.ann.read([...this.ids.values()][0] as string);
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
    }
  }

  /** Asks until it is so, also while the database is coming back. */
  async until(what: string, look: () => Promise<boolean>, seconds = 120): Promise<void> {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(100)) {
      if (await look().catch(() => false)) return;
    }
    throw new Error(`${what}: not within ${seconds} s after ${this.notes.at(-1)}`);
  }

  /** `restic check`, as soon as nobody holds the repository for himself. */
  async check(): Promise<void> {
    for (const end = performance.now() + 90_000; ; await sleep(300)) {
      try {
        await restic(this.product.dataDir, "check", "--read-data");
        return;
      } catch (error) {
        if (!/already locked/.test(String((error as { stderr?: string }).stderr)) || performance.now() > end)
          throw error;
      }
    }
  }

  everything(): Promise<Tree> {
    return readEverything(this.ann);
  }

  async sql<T extends pg.QueryResultRow>(work: (client: pg.Client) => Promise<pg.QueryResult<T>>): Promise<T[]> {
    const url = await runningPostgresUrl(join(this.product.dataDir, "postgres"));
    const client = new pg.Client({ connectionString: url as string });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await work(client)).rows;
    } finally {
      await client.end();
    }
  }

  /** Flips a bit in stored segments that a backup holds; returns how many. */
  async damage(count: number): Promise<number> {
    const rows = await this.sql<{ sha256: Buffer; size: number }>((client) =>
      client.query(`select s.sha256, s.size from holdfast.segments s join holdfast.segment_chunks k using (sha256)
        where s.state = 'stored' and exists (select from holdfast.content_segments c where c.sha256 = s.sha256)`),
    );
    const chosen = Array.from(
      { length: Math.min(count, rows.length) },
      () => rows.splice(this.random.below(rows.length), 1)[0]!,
    );
    for (const { sha256: name, size } of chosen) await flipBit(this.product.dataDir, name, this.random.below(size * 8));
    // As if they had not been looked at for long.
    await this.sql((client) =>
      client.query("update holdfast.segments set verified_at = null, touched_at = now() - interval '1 day'"),
    );
    return chosen.length;
  }

  /** What the clock does every quarter of an hour. */
  async scrub(): Promise<void> {
    const url = await runningPostgresUrl(join(this.product.dataDir, "postgres"));
    await enqueueScrub(url as string);
  }
}
