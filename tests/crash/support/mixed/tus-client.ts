import * as stock from "tus-js-client";
import { type Book, hashOf } from "./book.ts";
import type { MixedClient, World } from "./world.ts";

let counter = 0;

/** The client that browsers use, as it is, with a retry for as long as a restart may take. Its word that an upload is done is what counts. */
export class TusClient implements MixedClient {
  readonly #world: World;
  readonly #book: Book;

  constructor(world: World, book: Book) {
    this.#world = world;
    this.#book = book;
  }

  async step(): Promise<void> {
    const { random, folders, faults } = this.#world;
    const [name, parentId] = [`tus ${++counter}`, random.pick(folders)];
    const bytes = random.bytes(random.below(10) === 0 ? 18_000_000 : 1 + random.below(1_500_000));
    try {
      await this.#upload(bytes, { filename: name, parentId }, 1 + random.below(600_000));
      this.#world.acknowledged++;
      this.#book.live.set(name, { parentId, hash: hashOf(bytes), how: "tus" });
    } catch (error) {
      faults.add("tus: a good upload was refused", `${name}: ${String(error).slice(0, 300)}`);
      this.#book.forget(name);
    }
  }

  #upload(bytes: Buffer, metadata: Record<string, string>, chunkSize: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    new stock.Upload(bytes, {
      endpoint: `${this.#world.url}/api/v1/uploads`,
      headers: this.#world.person.headers,
      retryDelays: Array.from({ length: 1500 }, () => 200),
      chunkSize: Math.max(chunkSize, Math.ceil(bytes.length / 8)),
      metadata,
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
    return promise;
  }
}
