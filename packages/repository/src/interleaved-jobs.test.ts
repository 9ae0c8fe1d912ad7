import type { ObjectStore } from "@holdfast/storage";
import fc from "fast-check";
import { expect, test } from "vitest";
import { backup } from "./backup/backup.ts";
import { check } from "./maintenance/check.ts";
import { forgetSnapshots } from "./maintenance/forget.ts";
import { prune } from "./maintenance/prune.ts";
import { openRepository, type Repository } from "./repository.ts";
import { digest, type Files, randomFiles, readFiles, writeFiles } from "./testing/model.ts";
import { Random } from "./testing/random.ts";
import { temporaryRepository } from "./testing/temporary.ts";

const RUNS = Number(process.env.HOLDFAST_REPOSITORY_ROUNDS ?? 4);
const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);

/** Says when packs were listed, and hands the list on when it is told to: what it says was true when it was asked for. */
interface HeldList {
  listed(): void;
  hand: Promise<void>;
}

function holdingLists(store: ObjectStore, held: { list: HeldList | null }): ObjectStore {
  async function* list(prefix: string) {
    const found = await Array.fromAsync(store.list(prefix));
    if (prefix === "data/" && held.list !== null) {
      const { listed, hand } = held.list;
      held.list = null;
      listed();
      await hand;
    }
    yield* found;
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === "list") return list;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A backup that waits, with all its files added, for a word to end or to be cancelled. */
interface Job {
  files: Files;
  end(): void;
  cancel(): void;
  done: Promise<string>;
}

async function begin(repository: Repository, files: Files): Promise<Job> {
  const cancel = new AbortController();
  const ready = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const done = backup(repository, { signal: cancel.signal, workers: 1 }, async (session) => {
    const tree = await writeFiles(session, files);
    ready.resolve();
    await gate.promise;
    return session.saveSnapshot({ tree, paths: ["/"] });
  });
  done.catch(() => {});
  await Promise.race([ready.promise, done]);
  return { files, end: gate.resolve, cancel: () => cancel.abort(new Error("cancelled")), done };
}

/** Jobs of one worker: they share a `Repository`. */
class World {
  readonly repository: Repository;
  readonly #random: Random;
  readonly stored: { id: string; files: Files }[] = [];
  readonly jobs: (Job | null)[] = [null, null];

  readonly #held: { list: HeldList | null };

  constructor(repository: Repository, held: { list: HeldList | null }, seed: number) {
    this.repository = repository;
    this.#held = held;
    this.#random = new Random(seed);
  }

  /** Half of them hold what another has, so that one relies on the other's packs. */
  files(): Files {
    const files = randomFiles(this.#random, 3);
    const known = this.#random.below(2) === 0 ? this.stored.at(-1) : undefined;
    for (const [path, bytes] of known?.files ?? []) files.set(path, bytes);
    return files;
  }

  async begin(slot: number): Promise<void> {
    this.jobs[slot] ??= await begin(this.repository, this.files());
  }

  async end(slot: number): Promise<void> {
    const job = this.jobs[slot];
    if (!job) return;
    this.jobs[slot] = null;
    job.end();
    const id = await job.done;
    this.stored.push({ id, files: job.files });
    await this.restore(this.stored.length - 1);
  }

  /** The one ends while the other, which is beginning, has the list of packs in its hands. */
  async endWhileListing(slot: number): Promise<void> {
    const other = 1 - slot;
    if (!this.jobs[slot] || this.jobs[other]) return;
    const listed = Promise.withResolvers<void>();
    const hand = Promise.withResolvers<void>();
    this.#held.list = { listed: listed.resolve, hand: hand.promise };
    const begun = this.begin(other);
    await listed.promise;
    await this.end(slot);
    hand.resolve();
    await begun;
    await this.restore(this.stored.length - 1);
  }

  async cancel(slot: number): Promise<void> {
    const job = this.jobs[slot];
    if (!job) return;
    this.jobs[slot] = null;
    job.cancel();
    await expect(job.done).rejects.toThrow("cancelled");
  }

  async restore(number: number): Promise<void> {
    const chosen = this.stored[number % this.stored.length];
    if (!chosen) return;
    const { tree } = await this.repository.snapshot(chosen.id);
    expect(digest(await readFiles(this.repository, tree))).toBe(digest(chosen.files));
  }

  async forget(number: number): Promise<void> {
    const at = number % this.stored.length;
    const chosen = this.stored[at];
    if (!chosen || !(await this.#alone(() => forgetSnapshots(this.repository, [chosen.id])))) return;
    this.stored.splice(at, 1);
  }

  async prune(): Promise<void> {
    await this.#alone(() => prune(this.repository, { maxUnused: 0, workers: 1 }));
  }

  /** What a rehearsal does: all that is stored comes back, by what this worker knows and by the store alone. */
  async rehearse(): Promise<void> {
    for (let i = 0; i < this.stored.length; i++) await this.restore(i);
    expect((await check(this.repository, { readData: "all", workers: 1 })).errors).toEqual([]);
    const { store } = this.repository;
    const other = await openRepository({ store, password: "secret" });
    for (const { id, files } of this.stored) {
      expect(digest(await readFiles(other, (await other.snapshot(id)).tree))).toBe(digest(files));
    }
  }

  /** Exclusive work is refused while a backup runs, and done otherwise. */
  async #alone(work: () => Promise<unknown>): Promise<boolean> {
    const busy = this.jobs.some((job) => job !== null);
    const outcome = await work().then(
      () => "done",
      (error: { code?: string }) => error.code ?? String(error),
    );
    expect(outcome).toBe(busy ? "locked" : "done");
    return !busy;
  }
}

async function world(seed: number): Promise<World> {
  const { repository } = await temporaryRepository();
  const held = { list: null };
  const store = holdingLists(repository.store, held);
  return new World(await openRepository({ store, password: "secret" }), held, seed);
}

test("a backup that is cancelled takes nothing from what another one stores", { timeout: 60_000 }, async () => {
  const jobs = await world(1);
  await jobs.begin(0);
  await jobs.end(0);
  await jobs.begin(0);
  await jobs.begin(1);
  await jobs.cancel(1);
  await jobs.restore(0);
  await jobs.end(0);
});

test("a backup that lists packs while another one stores some does not take them for lost", {
  timeout: 60_000,
}, async () => {
  const jobs = await world(2);
  await jobs.begin(0);
  await jobs.endWhileListing(0);
  await jobs.end(1);
  await jobs.rehearse();
});

class Step implements fc.AsyncCommand<object, World> {
  readonly #name: string;
  readonly #run: (real: World) => Promise<void>;

  constructor(name: string, run: (real: World) => Promise<void>) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, real: World): Promise<void> {
    await this.#run(real);
  }

  toString(): string {
    return this.#name;
  }
}

const slot = fc.constantFrom(0, 1);
const number = fc.nat(9);
const steps = [
  slot.map((i) => new Step(`begin ${i}`, (real) => real.begin(i))),
  slot.map((i) => new Step(`end ${i}`, (real) => real.end(i))),
  slot.map((i) => new Step(`cancel ${i}`, (real) => real.cancel(i))),
  number.map((n) => new Step(`restore ${n}`, (real) => real.restore(n))),
  number.map((n) => new Step(`forget ${n}`, (real) => real.forget(n))),
  fc.constant(new Step("prune", (real) => real.prune())),
  fc.constant(new Step("rehearse", (real) => real.rehearse())),
  slot.map((i) => new Step(`end ${i} while ${1 - i} lists packs`, (real) => real.endWhileListing(i))),
  slot.map(
    (i) =>
      new Step(
        `end ${i} as ${1 - i} is cancelled`,
        async (real) => void (await Promise.all([real.end(i), real.cancel(1 - i)])),
      ),
  ),
  fc.constant(new Step("end both", async (real) => void (await Promise.all([real.end(0), real.end(1)])))),
];

test(`jobs of one worker, in any order, find all that was stored (${RUNS} runs, seed ${SEED})`, {
  timeout: 60_000 + RUNS * 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1000), fc.commands(steps, { maxCommands: 12 }), async (seed, commands) => {
      await fc.asyncModelRun(
        async () => ({ model: {}, real: await world(seed) }),
        [
          ...commands,
          new Step("end both", async (real) => void (await Promise.all([real.end(0), real.end(1)]))),
          new Step("rehearse", (real) => real.rehearse()),
        ],
      );
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});
