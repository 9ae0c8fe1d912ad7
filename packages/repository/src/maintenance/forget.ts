import { RepositoryError } from "../errors.ts";
import type { Snapshot } from "../format/snapshot.ts";
import type { Repository } from "../repository.ts";
import { chooseKept, type KeepPolicy, type KeptAndRemoved } from "./choose-kept.ts";

export interface ForgetOptions {
  policy: KeepPolicy;
  /** Snapshots with one name belong together, and the policy holds for each group. Default: restic's host and paths. */
  groupBy?(snapshot: Snapshot): string;
  /** Snapshots that the policy is not for: they stay. */
  filter?(snapshot: Snapshot): boolean;
  /** In which days begin. Default UTC. */
  timeZone?: string;
  /** Says what would go, and changes nothing. */
  preview?: boolean;
  signal?: AbortSignal;
}

export interface ForgottenGroup extends KeptAndRemoved {
  name: string;
}

/** Removes the snapshots that a policy does not keep. Their data goes with the next prune. */
export async function forget(repository: Repository, options: ForgetOptions): Promise<ForgottenGroup[]> {
  const { groupBy = hostAndPaths, filter = () => true } = options;
  const plan = async (): Promise<ForgottenGroup[]> => {
    const groups = new Map<string, Snapshot[]>();
    for (const snapshot of await repository.snapshots()) {
      if (!filter(snapshot)) continue;
      const name = groupBy(snapshot);
      groups.set(name, [...(groups.get(name) ?? []), snapshot]);
    }
    return [...groups].map(([name, list]) => ({ name, ...chooseKept(list, options.policy, options.timeZone) }));
  };
  if (options.preview === true) return plan();
  return repository.withLock({ exclusive: true, signal: options.signal }, async (signal) => {
    const groups = await plan();
    signal.throwIfAborted();
    await deleteSnapshots(
      repository,
      groups.flatMap(({ remove }) => remove.map(({ id }) => id)),
    );
    return groups;
  });
}

/** Removes snapshots by their whole ids. @throws RepositoryError "not_found" where one is not there; then none is removed. */
export async function forgetSnapshots(
  repository: Repository,
  ids: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  await repository.withLock({ exclusive: true, signal: options.signal }, async () => {
    const present = new Set((await repository.snapshots()).map(({ id }) => id));
    const unknown = ids.find((id) => !present.has(id));
    if (unknown !== undefined) throw new RepositoryError("not_found", `There is no snapshot "${unknown}".`);
    await deleteSnapshots(repository, ids);
  });
}

function deleteSnapshots(repository: Repository, ids: readonly string[]): Promise<void> {
  return repository.store.delete(ids.map((id) => `snapshots/${id}`));
}

function hostAndPaths(snapshot: Snapshot): string {
  return `${snapshot.hostname ?? ""} ${[...snapshot.paths].sort().join(" ")}`;
}
