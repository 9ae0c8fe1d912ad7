import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  adminCreateUser,
  adminInviteUser,
  adminListUsers,
  copyFile,
  createAccessToken,
  createBackupSchedule,
  createFolder,
  createShare,
  listAccessTokens,
  listBackupSchedules,
  listFiles,
  listShares,
  type Operation,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import type { Random } from "./random.ts";

type Kind = "folders" | "copies" | "shares" | "tokens" | "schedules" | "accounts" | "invitations";

interface Planned {
  operation: Operation;
  path?: string;
  body: unknown;
}

/** Of one kind: a key for each thing that was asked for, and what the answers said. */
interface Count {
  keys: number;
  ids: Set<string>;
}

const longest = 600_000;

/** Makes things by POST with an Idempotency-Key, and sends each request until it is answered, whatever happens to the server. */
export class KeyedLoad {
  /** Good requests that were answered with a refusal. */
  readonly refused: string[] = [];
  stopped = false;
  readonly #person: () => Person;
  readonly #random: Random;
  readonly #counts = new Map<Kind, Count>();
  #made = 0;

  readonly #places: { folder: string; copies: string; file: string };

  private constructor(person: () => Person, random: Random, places: { folder: string; copies: string; file: string }) {
    this.#person = person;
    this.#random = random;
    this.#places = places;
  }

  /** @param person an administrator, for accounts and invitations */
  static async start(person: () => Person, random: Random): Promise<KeyedLoad> {
    const make = async (name: string) => (await person().call(createFolder, { body: { name } })).id;
    const [folder, copies] = [await make("made by key"), await make("copied by key")];
    const { id: file } = await person().put("to be copied and shared", "bytes");
    return new KeyedLoad(person, random, { folder, copies, file });
  }

  async run(): Promise<void> {
    while (!this.stopped) await this.step();
  }

  step(): Promise<void> {
    return this.make(this.#choose());
  }

  #choose(): Kind {
    const choice = this.#random.next();
    if (choice < 0.45) return "folders";
    if (choice < 0.7) return "copies";
    if (choice < 0.88) return "shares";
    if (choice < 0.92) return "schedules";
    // A person has at most 100 tokens.
    if (choice < 0.95) return (this.#counts.get("tokens")?.keys ?? 0) < 95 ? "tokens" : "schedules";
    return choice < 0.98 ? "invitations" : "accounts";
  }

  /** Makes one thing, and asks again until the server says that it is made. */
  async make(kind: Kind): Promise<void> {
    const count = this.#counts.get(kind) ?? { keys: 0, ids: new Set() };
    this.#counts.set(kind, count);
    count.keys++;
    const key = randomUUID();
    const { operation, path = operation.path, body } = this.#planned(kind, ++this.#made);
    for (const end = performance.now() + longest; ; await sleep(25)) {
      const answer = await this.#send(path, key, body);
      if (answer?.status === operation.status) {
        const { id, user } = answer.body as { id?: string; user?: { id: string } };
        count.ids.add(id ?? (user?.id as string));
        return;
      }
      const inProgress = answer?.status === 409 && (answer.body as { code: string }).code === "idempotency_in_progress";
      if (answer !== null && answer.status < 500 && !inProgress) {
        this.refused.push(`${kind}: ${answer.status} ${JSON.stringify(answer.body)}`);
        return;
      }
      if (performance.now() > end) throw new Error(`${kind}: no answer after ${longest} ms: ${JSON.stringify(answer)}`);
    }
  }

  async #send(path: string, key: string, body: unknown): Promise<{ status: number; body: unknown } | null> {
    try {
      const answer = await this.#person().fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return null;
    }
  }

  #planned(kind: Kind, number: number): Planned {
    const { folder, copies, file } = this.#places;
    switch (kind) {
      case "folders":
        return { operation: createFolder, body: { name: "made", parentId: folder, onConflict: "rename" } };
      case "copies":
        return { operation: copyFile, path: `/api/v1/files/${file}/copy`, body: { parentId: copies, name: "copy" } };
      case "shares":
        return { operation: createShare, body: { fileId: file, linkType: "permanent" } };
      case "tokens":
        return { operation: createAccessToken, body: { name: "made by key", scopes: ["files:read"] } };
      case "schedules":
        return { operation: createBackupSchedule, body: { cron: "0 3 1 1 *", timeZone: "UTC", enabled: false } };
      case "accounts":
        return {
          operation: adminCreateUser,
          body: { email: `made-${number}@by.key`, password: "correct horse battery" },
        };
      case "invitations":
        return { operation: adminInviteUser, body: { email: `invited-${number}@by.key`, asLink: true } };
    }
  }

  /** For each kind the keys, and the things that there are; wrong where they differ. */
  async compare(): Promise<{ table: Record<string, { keys: number; things: number }>; wrong: string[] }> {
    const table: Record<string, { keys: number; things: number }> = {};
    const wrong: string[] = [];
    for (const [kind, { keys, ids }] of this.#counts) {
      const found = await this.#list(kind);
      table[kind] = { keys, things: found.length };
      const extra = found.filter((id) => !ids.has(id)).length;
      const lost = [...ids].filter((id) => !found.includes(id)).length;
      if (extra > 0) wrong.push(`${kind}: ${extra} made twice`);
      if (lost > 0) wrong.push(`${kind}: ${lost} told as made that are not there`);
      if (ids.size !== keys) wrong.push(`${kind}: ${keys} keys, ${ids.size} answers that differ`);
    }
    return { table, wrong: [...wrong, ...this.refused] };
  }

  async #list(kind: Kind): Promise<string[]> {
    const { call } = this.#person();
    const { folder, copies, file } = this.#places;
    const pages = (ask: (page: { limit: number; cursor?: string }) => Promise<Page>) => allOf(ask);
    switch (kind) {
      case "folders":
        return pages((page) => call(listFiles, { query: { ...page, parentId: folder } }));
      case "copies":
        return pages((page) => call(listFiles, { query: { ...page, parentId: copies } }));
      case "shares":
        return pages((page) => call(listShares, { query: { ...page, fileId: file } }));
      case "tokens":
        return (await call(listAccessTokens)).items.map(({ id }) => id);
      case "schedules":
        return (await call(listBackupSchedules)).items.map(({ id }) => id);
      case "accounts":
        return pages((page) => call(adminListUsers, { query: { ...page, q: "made-" } }));
      case "invitations":
        return pages((page) => call(adminListUsers, { query: { ...page, q: "invited-" } }));
    }
  }
}

interface Page {
  items: { id: string }[];
  nextCursor: string | null;
}

export async function allOf(ask: (page: { limit: number; cursor?: string }) => Promise<Page>): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page = await ask({ limit: 1000, ...(cursor === null ? {} : { cursor }) });
    found.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}
