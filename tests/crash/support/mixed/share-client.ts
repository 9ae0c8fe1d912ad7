import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf } from "./book.ts";
import { type MixedClient, untilAnswered, type World } from "./world.ts";

interface Link {
  id: string;
  token: string;
  limit: number;
  /** Downloads whose every byte arrived. */
  whole: number;
  /** Downloads that were begun and cut off: each may have been charged. */
  cut: number;
  exhausted: boolean;
}

/** Links with a limit: made, used up by more than they allow, and revoked. */
export class ShareClient implements MixedClient {
  readonly #world: World;
  readonly #file: { id: string; hash: string };
  #open: Link[] = [];
  readonly #spent: Link[] = [];
  readonly #revoked: string[] = [];

  constructor(world: World, file: { id: string; hash: string }) {
    this.#world = world;
    this.#file = file;
  }

  step(): Promise<void> {
    const { random } = this.#world;
    const choice = random.next();
    if (this.#open.length < 3 || choice < 0.2) return this.#create();
    const link = random.pick(this.#open);
    return choice < 0.9 ? this.#download(link) : this.#revoke(link);
  }

  async #create(): Promise<void> {
    const limit = 1 + this.#world.random.below(4);
    const request = {
      path: "/api/v1/shares",
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
      body: JSON.stringify({ fileId: this.#file.id, linkType: "permanent", maxDownloads: limit }),
    };
    const answer = await untilAnswered(this.#world, "link", request, [201]);
    if (!answer) return;
    const token = String(answer.body.url).split("/").at(-1) as string;
    this.#open.push({ id: answer.body.id as string, token, limit, whole: 0, cut: 0, exhausted: false });
  }

  #get(token: string): Promise<Response | "cut" | "refused"> {
    return fetch(`${this.#world.url}/api/v1/public/shares/${token}/content`).catch(
      (error: { cause?: { code?: string } }) => (error.cause?.code === "ECONNREFUSED" ? "refused" : "cut"),
    );
  }

  /** Without a cookie every request is a download of its own. */
  async #download(link: Link): Promise<void> {
    const { faults } = this.#world;
    const answer = await this.#get(link.token);
    // Nobody was there to be asked.
    if (answer === "refused") return sleep(50);
    if (answer === "cut") {
      link.cut++;
      return;
    }
    if (answer.status === 410) {
      await answer.arrayBuffer();
      return this.#exhausted(link);
    }
    const bytes = answer.status === 200 ? await answer.arrayBuffer().catch(() => null) : null;
    if (answer.status !== 200 && answer.status < 500) faults.add("a live link is refused", `${answer.status}`);
    if (!bytes) {
      link.cut++;
      return;
    }
    link.whole++;
    this.#world.acknowledged++;
    if (hashOf(Buffer.from(bytes)) !== this.#file.hash)
      faults.add("a link delivers other bytes", `${bytes.byteLength}`);
    if (link.whole > link.limit) faults.add("more downloads than a link allows", `${link.whole} of ${link.limit}`);
  }

  #exhausted(link: Link): void {
    if (link.whole + link.cut < link.limit)
      this.#world.faults.add("a link is used up too soon", `${link.whole} whole and ${link.cut} cut of ${link.limit}`);
    link.exhausted = true;
    this.#open = this.#open.filter((other) => other !== link);
    this.#spent.push(link);
  }

  async #revoke(link: Link): Promise<void> {
    this.#open = this.#open.filter((other) => other !== link);
    const request = { path: `/api/v1/shares/${link.id}`, method: "DELETE" };
    if (await untilAnswered(this.#world, "revocation", request, [204])) this.#revoked.push(link.token);
  }

  /** Revoked stays revoked, used up stays used up. */
  async compare(): Promise<void> {
    const { faults } = this.#world;
    for (const token of this.#revoked.slice(-40)) {
      const status = await this.#statusOf(token);
      if (status !== 404) faults.add("a revoked link answers", String(status));
    }
    for (const { token } of this.#spent.slice(-20)) {
      const status = await this.#statusOf(token);
      if (status !== 410) faults.add("a link that was used up answers", String(status));
    }
  }

  async #statusOf(token: string): Promise<number | string> {
    const answer = await this.#get(token);
    if (typeof answer === "string") return answer;
    await answer.arrayBuffer().catch(() => {});
    return answer.status;
  }
}
