import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Backup, getBackup, listBackups, verifyBackup } from "../../../../packages/contract/src/index.ts";
import { type MixedClient, untilAnswered, type World } from "./world.ts";

const patienceMs = 180_000;

/** Backups, begun with a key, of whatever is there at their instant. */
export class BackupClient implements MixedClient {
  readonly #world: World;
  readonly #begun = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  async step(): Promise<void> {
    const request = {
      path: "/api/v1/backups",
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
      body: "{}",
    };
    const answer = await untilAnswered(this.#world, "backup", request, [202]);
    if (answer) this.#begun.add(answer.body.id as string);
    for (const end = performance.now() + 1500; performance.now() < end && !this.#world.stopped; ) await sleep(50);
  }

  /** Every backup that was begun ends well, also those whose worker was killed; the last one is read back. */
  async compare(): Promise<void> {
    const { person, faults } = this.#world;
    const ended = ({ status }: Backup) => status !== "queued" && status !== "running";
    const all = await this.#wait(async () => {
      const { items } = await person.call(listBackups, { query: { limit: 1000 } });
      return items.every(ended) ? items : null;
    });
    if (!all) return faults.add("a backup does not end", `after ${patienceMs} ms`);
    const known = new Map(all.map((backup) => [backup.id, backup]));
    for (const id of this.#begun) {
      const backup = known.get(id);
      if (!backup) faults.add("backup: told as begun, and not there", id);
      else if (backup.status !== "completed") faults.add(`a backup is ${backup.status}`, String(backup.error));
    }
    for (const { id } of all) if (!this.#begun.has(id)) faults.add("a backup that nobody was told of", id);
    const last = all.find(({ status }) => status === "completed");
    if (!last) return;
    await person.call(verifyBackup, { params: { id: last.id } });
    const verified = await this.#wait(async () => {
      const backup = await person.call(getBackup, { params: { id: last.id } });
      return backup.phase === null && (backup.verifiedAt !== null || backup.error !== null) ? backup : null;
    });
    if (!verified?.verifiedAt || verified.error) faults.add("a backup cannot be read back", String(verified?.error));
  }

  async #wait<T>(look: () => Promise<T | null>): Promise<T | null> {
    for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(200)) {
      const found = await look().catch(() => null);
      if (found !== null) return found;
    }
    return null;
  }
}
