import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Person, testPassword } from "../../support/person.ts";

export interface Seen {
  /** Milliseconds, of every request, by what was done. */
  latencies: Map<string, number[]>;
  /** What was answered otherwise than it should be: action and status; 0 where there was no answer. */
  unexpected: string[];
}

/** Somebody who works: lists, stores, reads, renames and shares, with pauses, and is answered each time. */
export class Worker {
  readonly #url: string;
  readonly #person: Person;
  readonly #bytes = randomBytes(48 * 1024);

  constructor(url: string, person: Person) {
    this.#url = url;
    this.#person = person;
  }

  async work(until: number, seen: Seen): Promise<void> {
    for (let n = 0; performance.now() < until; n++) {
      const stored = await this.#ask(
        seen,
        "upload",
        "PUT",
        `/api/v1/files/content?name=${n}-${randomBytes(4).toString("hex")}`,
        this.#bytes,
      );
      const id = (stored as { id?: string } | null)?.id;
      await this.#ask(seen, "list", "GET", "/api/v1/files?limit=100");
      if (id !== undefined) {
        await this.#ask(seen, "download", "GET", `/api/v1/files/${id}/content`);
        await this.#ask(seen, "rename", "PATCH", `/api/v1/files/${id}`, {
          name: `renamed ${n} ${randomBytes(4).toString("hex")}`,
        });
        await this.#ask(seen, "share", "POST", "/api/v1/shares", { fileId: id, linkType: "permanent" });
        await this.#ask(seen, "delete", "DELETE", `/api/v1/files/${id}?permanent=true`);
      }
      if (n % 20 === 10) {
        const body = { email: this.#person.email, password: testPassword, transport: "bearer" };
        await this.#ask(seen, "sign in", "POST", "/api/v1/auth/login", body);
      }
    }
  }

  async #ask(seen: Seen, action: string, method: string, path: string, body?: unknown): Promise<unknown> {
    await sleep(50 + Math.random() * 100);
    const begin = performance.now();
    try {
      const isBytes = Buffer.isBuffer(body);
      const answer = await fetch(this.#url + path, {
        method,
        headers: {
          ...this.#person.headers,
          ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      note(seen, action, performance.now() - begin);
      if (!answer.ok) seen.unexpected.push(`${action} ${answer.status} ${bytes.toString().slice(0, 200)}`);
      return answer.headers.get("content-type")?.includes("json") ? JSON.parse(bytes.toString()) : null;
    } catch (error) {
      note(seen, action, performance.now() - begin);
      seen.unexpected.push(`${action} 0 ${(error as Error).message}`);
      return null;
    }
  }
}

function note({ latencies }: Seen, action: string, took: number): void {
  const all = latencies.get(action) ?? [];
  latencies.set(action, all);
  all.push(took);
}

export function percentile(latencies: readonly number[], share: number): number {
  const sorted = [...latencies].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
