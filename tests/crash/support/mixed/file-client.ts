import type { Book } from "./book.ts";
import { hashOf } from "./book.ts";
import { type MixedClient, untilAnswered, type World } from "./world.ts";

interface Mine {
  id: string;
  name: string;
  at: "live" | "trash";
}

const lastModified = "2026-01-02T03:04:05.678Z";
/** Of each client: more would only make the comparison longer. */
const mostFiles = 12;
let counter = 0;

/** PUT of small and large files, replacement, rename, move, deletion and restore, of its own files. */
export class FileClient implements MixedClient {
  readonly #world: World;
  readonly #book: Book;
  readonly #mine: Mine[] = [];

  constructor(world: World, book: Book) {
    this.#world = world;
    this.#book = book;
  }

  step(): Promise<void> {
    const { random } = this.#world;
    const live = this.#mine.filter(({ at }) => at === "live");
    const trashed = this.#mine.filter(({ at }) => at === "trash");
    const choice = random.next();
    if (trashed.length > 0 && choice < 0.12) return this.#restore(random.pick(trashed));
    if (this.#mine.length >= mostFiles) return this.#purge(random.pick(this.#mine));
    if (live.length < 3 || choice < 0.45) return this.#put();
    const file = random.pick(live);
    if (choice < 0.62) return this.#replace(file);
    if (choice < 0.82) return this.#move(file, choice < 0.72);
    return choice < 0.92 ? this.#trash(file) : this.#purge(file);
  }

  #bytes(): Buffer {
    const { random } = this.#world;
    const sizes = [0, 1, 700, 30_000, 200_000, 1_048_577, 2_500_000];
    const size = random.below(25) === 0 ? 17_000_000 + random.below(20_000_000) : random.pick(sizes);
    return random.bytes(size);
  }

  #path(name: string, parentId: string, onConflict: "fail" | "replace"): string {
    return `/api/v1/files/content?${new URLSearchParams({ name, parentId, lastModified, onConflict })}`;
  }

  /** Sent again, it is the same file: told as made (201), or as there (200). */
  async #put(): Promise<void> {
    const [name, parentId, body] = [`put ${++counter}`, this.#world.random.pick(this.#world.folders), this.#bytes()];
    const request = { path: this.#path(name, parentId, "fail"), method: "PUT", body };
    const answer = await untilAnswered(this.#world, "PUT", request, [200, 201]);
    if (!answer) return this.#book.forget(name);
    this.#mine.push({ id: answer.body.id as string, name, at: "live" });
    this.#book.live.set(name, { parentId, hash: hashOf(body), how: "PUT" });
  }

  async #replace(file: Mine): Promise<void> {
    const known = this.#book.live.get(file.name);
    if (!known) return this.#drop(file);
    const body = this.#bytes();
    const request = { path: this.#path(file.name, known.parentId, "replace"), method: "PUT", body };
    const answer = await untilAnswered(this.#world, "replacement", request, [200]);
    if (!answer) return this.#drop(file);
    this.#book.live.set(file.name, { ...known, hash: hashOf(body), how: "replacement" });
  }

  async #move(file: Mine, rename: boolean): Promise<void> {
    const known = this.#book.live.get(file.name);
    if (!known) return this.#drop(file);
    const name = rename ? `renamed ${++counter}` : file.name;
    const parentId = rename ? known.parentId : this.#world.random.pick(this.#world.folders);
    const body = JSON.stringify(rename ? { name } : { parentId });
    const answer = await this.#ask("rename or move", "PATCH", `/api/v1/files/${file.id}`, [200], body);
    if (!answer) return this.#drop(file);
    this.#book.live.delete(file.name);
    file.name = name;
    this.#book.live.set(name, { ...known, parentId, how: "rename or move" });
  }

  /** Sent again, what is done already is not there to be done (404): the comparison shows whether it was. */
  async #trash(file: Mine): Promise<void> {
    if (!(await this.#ask("deletion", "DELETE", `/api/v1/files/${file.id}`, [204, 404]))) return this.#drop(file);
    const known = this.#book.live.get(file.name);
    if (!known) return this.#drop(file);
    this.#book.live.delete(file.name);
    this.#book.trash.set(file.name, known);
    file.at = "trash";
  }

  async #purge(file: Mine): Promise<void> {
    const path = `/api/v1/files/${file.id}?permanent=true`;
    if (!(await this.#ask("deletion for good", "DELETE", path, [204, 404]))) return this.#drop(file);
    this.#book.live.delete(file.name);
    this.#book.trash.delete(file.name);
    this.#mine.splice(this.#mine.indexOf(file), 1);
  }

  async #restore(file: Mine): Promise<void> {
    const path = `/api/v1/files/${file.id}/restore`;
    const known = this.#book.trash.get(file.name);
    if (!known || !(await this.#ask("restore", "POST", path, [200, 404], "{}"))) return this.#drop(file);
    this.#book.trash.delete(file.name);
    this.#book.live.set(file.name, { ...known, how: "restore" });
    file.at = "live";
  }

  #ask(what: string, method: string, path: string, good: number[], body?: string) {
    const sent = body === undefined ? {} : { headers: { "content-type": "application/json" }, body };
    return untilAnswered(this.#world, what, { path, method, ...sent }, good);
  }

  #drop(file: Mine): void {
    this.#book.forget(file.name);
    this.#mine.splice(this.#mine.indexOf(file), 1);
  }
}
