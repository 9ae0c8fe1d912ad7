import { setTimeout as sleep } from "node:timers/promises";
import { createFolder, deleteFile, updateFile } from "../../../packages/contract/src/index.ts";
import type { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { sha256 } from "./support.ts";

/** One operation that was acknowledged, and all that its person sees after it. */
export interface Step {
  /** Milliseconds of `performance.now()`. */
  readonly began: number;
  readonly acknowledged: number;
  readonly what: string;
  /** Path to SHA-256, one a line, sorted; `trash:<name>` for the trash. */
  readonly state: string;
}

interface Present {
  id: string;
  folder: string;
  name: string;
  hash: string;
}

/** As `readEverything` finds them. */
export function stateOf(hashes: ReadonlyMap<string, string>): string {
  return [...hashes]
    .map(([path, hash]) => `${path} ${hash}`)
    .sort()
    .join("\n");
}

/**
 * One who works at a constant rate, an operation after the other: uploads, new versions, renames, moves, renamed folders, deletions. The
 * state after each is known, so that a snapshot can be compared with every one of them.
 */
export async function startWriter(person: Person, random: Random, perSecond: number) {
  const folders = new Map<string, string>();
  for (const name of ["a", "b", "c"]) {
    folders.set((await person.call(createFolder, { body: { name } })).id, name);
  }
  const files: Present[] = [];
  const trash: string[] = [];
  const steps: Step[] = [];
  let stopped = false;

  const bytesOf = (i: number) => Buffer.from(`operation ${i} `.repeat(1 + random.below(400)));
  const take = () => files.splice(random.below(files.length), 1)[0] as Present;

  /** What the state will be when it is acknowledged is entered afterwards. */
  async function operate(i: number): Promise<string> {
    const kinds = ["put", "put", "put", "replace", "rename", "move", "folder", "trash", "delete"] as const;
    const kind = files.length < 10 ? "put" : random.pick(kinds);
    const id = random.pick([...folders.keys()]);
    if (kind === "put") {
      const bytes = bytesOf(i);
      const file = await person.put(`${i}.txt`, bytes, { parentId: id });
      files.push({ id: file.id, folder: id, name: `${i}.txt`, hash: sha256(bytes) });
      return kind;
    }
    if (kind === "folder") {
      await person.call(updateFile, { params: { id }, body: { name: `folder ${i}` } });
      folders.set(id, `folder ${i}`);
      return kind;
    }
    const file = take();
    const params = { id: file.id };
    if (kind === "replace") {
      const bytes = bytesOf(i);
      await person.put(file.name, bytes, { parentId: file.folder, onConflict: "replace" });
      files.push({ ...file, hash: sha256(bytes) });
    } else if (kind === "rename") {
      await person.call(updateFile, { params, body: { name: `renamed ${i}.txt` } });
      files.push({ ...file, name: `renamed ${i}.txt` });
    } else if (kind === "move") {
      await person.call(updateFile, { params, body: { parentId: id } });
      files.push({ ...file, folder: id });
    } else {
      await person.call(deleteFile, { params, query: { permanent: kind === "delete" ? "true" : "false" } });
      if (kind === "trash") trash.push(file.name);
    }
    return kind;
  }

  function state(): string {
    const hashes = new Map(files.map(({ folder, name, hash }) => [`${folders.get(folder)}/${name}`, hash]));
    for (const name of trash) hashes.set(`trash:${name}`, "");
    return stateOf(hashes);
  }

  const working = (async () => {
    const start = performance.now();
    for (let i = 0; !stopped; i++) {
      // One that is late does not wait: the rate is of the whole.
      const due = start + (i * 1000) / perSecond;
      if (due > performance.now()) await sleep(due - performance.now());
      const began = performance.now();
      const what = await operate(i);
      steps.push({ began, acknowledged: performance.now(), what, state: state() });
    }
  })();
  return {
    steps,
    async stop(): Promise<void> {
      stopped = true;
      await working;
    },
  };
}
