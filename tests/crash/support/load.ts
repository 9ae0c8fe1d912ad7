import { ApiError } from "../../../packages/contract/src/client.ts";
import { deleteFile, type File, updateFile } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";
import { type Entry, hashOf, type Ledger, type State } from "./ledger.ts";
import type { Random } from "./random.ts";

export interface World {
  person: Person;
  folders: readonly string[];
  ledger: Ledger;
  random: Random;
  /** Answers that were successes. */
  acknowledged: number;
  stopped: boolean;
}

/** A tus upload that a crash may interrupt: what was acknowledged of it must still be there. */
interface OpenUpload {
  path: string;
  name: string;
  parentId: string;
  bytes: Buffer;
  acknowledged: number;
}

let counter = 0;

/** Was a good request answered 4xx? Two requests of one upload may meet after a break (409, 423). */
function isRefusal(error: unknown): boolean {
  const said = /(?:\.bin:|POST|PATCH|HEAD|Error:) (\d{3})\b/.exec(String(error))?.[1];
  const status = error instanceof ApiError ? error.status : Number(said ?? 0);
  return status >= 400 && status < 500 && status !== 409 && status !== 423;
}

/** One client after another's pattern: its own files, one request at a time, until it is stopped or its server goes away. */
export class Client {
  readonly #world: World;
  readonly #mine: Entry[] = [];
  #open: OpenUpload | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  async run(): Promise<void> {
    while (!this.#world.stopped) {
      try {
        await this.#step();
        this.#world.acknowledged += 1;
      } catch (error) {
        if (this.#world.stopped) return;
        // A restarting database answers 503 for a while; a refusal of good requests is a fault of the product.
        if (isRefusal(error)) throw error;
        if (this.#mine.some(({ maybe }) => maybe !== null)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async #step(): Promise<void> {
    const { random } = this.#world;
    const live = this.#mine.filter(({ known }) => known.at === "live");
    const choice = random.next();
    if (this.#open || choice < 0.2) return this.#tus();
    if (choice < 0.5 || live.length < 3) return this.#put();
    const entry = random.pick(live);
    const known = entry.known as Extract<State, { at: "live" }>;
    if (choice < 0.65) return this.#overwrite(entry, known);
    if (choice < 0.8) return this.#move(entry, known);
    return this.#delete(entry, known, choice < 0.9 && live.length < 25);
  }

  #size(): number {
    const { random } = this.#world;
    const sizes = [0, 1, 500, 20_000, 70_000, 300_000, 1_500_000];
    return random.below(60) === 0 ? 17_000_000 : Math.floor(random.pick(sizes) * (0.5 + random.next()));
  }

  async #put(): Promise<void> {
    const { random, person, folders, ledger } = this.#world;
    const bytes = random.bytes(this.#size());
    const parentId = random.pick(folders);
    const name = `put ${++counter}.bin`;
    const hash = hashOf(bytes);
    ledger.unanswered.set(name, { parentId, hash });
    const file = await person.put(name, bytes, { parentId });
    this.#learn(file, hash);
  }

  #learn(file: Pick<File, "id" | "name" | "parentId">, hash: string): void {
    const { ledger } = this.#world;
    this.#mine.push(ledger.add(file as { id: string; name: string; parentId: string }, hash));
    ledger.unanswered.delete(file.name);
  }

  async #overwrite(entry: Entry, known: Extract<State, { at: "live" }>): Promise<void> {
    const bytes = this.#world.random.bytes(this.#size());
    await this.#world.ledger.change(entry, { ...known, hash: hashOf(bytes) }, () =>
      this.#world.person.put(known.name, bytes, { parentId: known.parentId, onConflict: "replace" }),
    );
  }

  async #move(entry: Entry, known: Extract<State, { at: "live" }>): Promise<void> {
    const { person, random, folders, ledger } = this.#world;
    const [parentId, name] = [random.pick(folders), `moved ${++counter}.bin`];
    await ledger.change(entry, { ...known, parentId, name }, () =>
      person.call(updateFile, { params: { id: entry.id }, body: { parentId, name } }),
    );
  }

  async #delete(entry: Entry, known: Extract<State, { at: "live" }>, toTrash: boolean): Promise<void> {
    const next: State = toTrash ? { at: "trash", name: known.name } : { at: "gone" };
    await this.#world.ledger.change(entry, next, () =>
      this.#world.person.call(deleteFile, { params: { id: entry.id }, query: { permanent: !toTrash } as never }),
    );
  }

  /** The next request of an upload in several; asks for the offset first, which may never lie before what was acknowledged. */
  async #tus(): Promise<void> {
    const { random, person, folders, ledger } = this.#world;
    if (!this.#open) {
      const bytes = random.bytes(1 + Math.floor(random.next() * 3_000_000));
      const [parentId, name] = [random.pick(folders), `tus ${++counter}.bin`];
      const answer = await tus(person, "POST", "/api/v1/uploads", {
        headers: { "upload-length": bytes.length, "upload-metadata": metadataOf({ filename: name, parentId }) },
      });
      if (!answer.ok) throw new Error(`POST ${answer.status} ${await answer.text()}`);
      this.#open = { path: answer.headers.get("location") as string, name, parentId, bytes, acknowledged: 0 };
      return;
    }
    const open = this.#open;
    const head = await tus(person, "HEAD", open.path);
    if (!head.ok) throw new Error(`HEAD ${head.status}`);
    const offset = Number(head.headers.get("upload-offset"));
    if (offset < open.acknowledged) throw new Error(`400: the offset went back from ${open.acknowledged} to ${offset}`);
    const hash = hashOf(open.bytes);
    const finished = head.headers.get("upload-file-id");
    if (finished) {
      this.#open = null;
      if (ledger.entries.has(finished)) return void this.#mine.push(ledger.entries.get(finished) as Entry);
      return this.#learn({ id: finished, name: open.name, parentId: open.parentId }, hash);
    }
    const end = Math.min(open.bytes.length, offset + 1 + random.below(1_200_000));
    if (end === open.bytes.length) ledger.unanswered.set(open.name, { parentId: open.parentId, hash });
    const answer = await tus(person, "PATCH", open.path, {
      headers: { "upload-offset": offset },
      body: open.bytes.subarray(offset, end),
    });
    if (!answer.ok) throw new Error(`PATCH ${answer.status} ${await answer.text()}`);
    open.acknowledged = end;
    const id = answer.headers.get("upload-file-id");
    if ((id !== null) !== (end === open.bytes.length))
      throw new Error("400: complete without a file, or the other way round");
    if (id === null) return;
    this.#open = null;
    this.#learn({ id, name: open.name, parentId: open.parentId }, hash);
  }
}
